package convoy.parameterserver.files;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.junit.jupiter.api.Test;

final class FileAccessTest {
    private static final IOException FULL = new IOException("The DiskSpace quota of /runs is exceeded");

    /** As HDFS's do, it remembers what it failed of, and says that again when it is closed. */
    private static OutputStream failing() {
        return new FilterOutputStream(OutputStream.nullOutputStream()) {
            @Override
            public void write(int value) throws IOException {
                throw FULL;
            }

            @Override
            public void close() throws IOException {
                throw FULL;
            }
        };
    }

    private static int write() throws IOException {
        try (OutputStream out = failing()) {
            out.write(1);
            return 1;
        }
    }

    @Test
    void whatAStreamSaysOnceMoreWhenItIsClosedIsWhatItSaid() {
        assertThatThrownBy(FileAccessTest::write)
                .as("by itself")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Self-suppression not permitted");
        assertThatThrownBy(() -> FileAccess.write(FileAccessTest::write)).isSameAs(FULL);
        assertThatThrownBy(() -> FileAccess.read(FileAccessTest::write)).isSameAs(FULL);
    }

    @Test
    void whatIsNoFileSystemsStaysAsItIs() {
        IllegalArgumentException other = new IllegalArgumentException("a path with a colon");
        assertThatThrownBy(() -> FileAccess.read(() -> {
                    throw other;
                }))
                .isSameAs(other);
        assertThatThrownBy(() -> FileAccess.write(() -> {
                    throw new FSError(FULL);
                }))
                .isSameAs(FULL);
    }
}
