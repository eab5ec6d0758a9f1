package convoy.worker.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.data.DataSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checksums of rows, in their file. */
final class RowSumsTest {
    private final Path directory;
    private final Path file;

    RowSumsTest(@TempDir Path directory) {
        this.directory = directory;
        file = directory.resolve(RowSums.FILE_NAME);
    }

    private static ImageRow row(long id, int pixel) {
        return new ImageRow(id, new byte[] {(byte) pixel, 2, 3, 4}, 1, 2, 2, 1);
    }

    @BeforeEach
    void write() throws Exception {
        RawData.write(directory, List.of("a", "b"), List.of(row(7, 1), row(8, 1), row(9, 5)), 2);
    }

    private DataSet data() {
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }

    private Optional<RowSums> read() {
        return RowSums.read(new Configuration(), new org.apache.hadoop.fs.Path(file.toUri()), data().info());
    }

    @Test
    void whatIsWrittenIsReadAndIsThatOfTheRows() {
        RowSums sums = read().orElseThrow();
        assertThat(sums.rows()).isEqualTo(3);
        CRC32C second = new CRC32C();
        second.update(ByteBuffer.allocate(28)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(8)
                .putInt(1)
                .putInt(2)
                .putInt(2)
                .putInt(1)
                .put(new byte[] {1, 2, 3, 4})
                .flip());
        assertThat(sums.at(1)).isEqualTo((int) second.getValue());
        assertThat(sums.at(0)).as("the id is in it").isNotEqualTo(sums.at(1));
        RowGroup last = data().read(1);
        assertThat(RowSums.of(last, 0)).isEqualTo(sums.at(2));
    }

    @Test
    void whatIsDamagedOrOfOtherDataIsNone() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] other = whole.clone();
            other[at] ^= 1;
            Files.write(file, other);
            assertThat(read()).as("byte %s", at).isEmpty();
        }
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThat(read()).isEmpty();
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 1));
        assertThat(read()).isEmpty();
        RawData.write(directory, List.of("a", "b"), List.of(row(7, 1), row(8, 1), row(9, 6)), 2);
        Files.write(file, whole);
        assertThat(read()).as("of the rows before").isEmpty();
        Files.delete(file);
        assertThat(read()).isEmpty();
    }
}
