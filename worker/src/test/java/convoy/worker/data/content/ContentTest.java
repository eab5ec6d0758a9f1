package convoy.worker.data.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.SmallData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts and marks of rows, raw and as files, against plain loops. */
final class ContentTest {
    private static final int SIDE = 7;
    private static final int CLASSES = 3;

    private final Path directory;
    private final List<ImageRow> raw = SmallData.rawRows(40, CLASSES, SIDE, SIDE);

    ContentTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private DataSet write(String name, List<ImageRow> rows, Encoding encoding) {
        Path data = directory.resolve(name);
        SmallData.write(data, rows, 6, 2, encoding, SIDE, SIDE, CLASSES);
        return DataSet.open(new Configuration(), data.toUri().toString());
    }

    /** The same pictures as PNG files, which lose nothing. */
    private List<ImageRow> files() throws IOException {
        List<ImageRow> rows = new ArrayList<>();
        for (ImageRow row : raw) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            byte[] planes = row.image();
            for (int i = 0; i < SIDE * SIDE; i++) {
                int red = planes[i] & 0xff;
                int green = planes[SIDE * SIDE + i] & 0xff;
                int blue = planes[2 * SIDE * SIDE + i] & 0xff;
                picture.setRGB(i % SIDE, i / SIDE, red << 16 | green << 8 | blue);
            }
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(picture, "png", file);
            rows.add(new ImageRow(row.id(), file.toByteArray(), row.label(), SIDE, SIDE, 3));
        }
        return rows;
    }

    @Test
    void pixelsAreCountedAsPlainLoopsDo() {
        PixelCounts places = new PixelCounts(CLASSES, 3);
        long[] expected = new long[places.size()];
        for (ImageRow row : raw) {
            expected[places.rows(row.label())]++;
            for (int i = 0; i < row.image().length; i++) {
                expected[places.values(row.label(), i / (SIDE * SIDE)) + (row.image()[i] & 0xff)]++;
            }
        }
        // 49 pixels: between 32 and 63.
        expected[places.sizes() + 5] = raw.size();
        DataSet data = write("raw", raw, Encoding.RAW);
        assertThat(PixelCounts.count(data, 0, data.rowGroupCount())).isEqualTo(expected);
    }

    @Test
    void aDataSetThatIsCutSomewhereHasTheSameSum() {
        DataSet data = write("raw", raw, Encoding.RAW);
        long[] whole = PixelCounts.count(data, 0, data.rowGroupCount());
        for (int cut = 0; cut <= data.rowGroupCount(); cut++) {
            long[] sum = PixelCounts.count(data, 0, cut);
            long[] rest = PixelCounts.count(data, cut, data.rowGroupCount());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += rest[i];
            }
            assertThat(sum).isEqualTo(whole);
        }
    }

    @Test
    void filesAreCountedAndMarkedByTheirPixels() throws Exception {
        DataSet planes = write("raw", raw, Encoding.RAW);
        DataSet files = write("files", files(), Encoding.ENCODED);
        int groups = planes.rowGroupCount();
        assertThat(PixelCounts.count(files, 0, groups)).isEqualTo(PixelCounts.count(planes, 0, groups));
        assertThat(RowMarks.of(files, 0, groups)).isEqualTo(RowMarks.of(planes, 0, groups));
    }

    @Test
    void aMarkIsTheIdAndFollowsThePixels() {
        List<ImageRow> rows = new ArrayList<>(raw);
        ImageRow first = rows.get(0);
        byte[] changed = first.image().clone();
        changed[17]++;
        rows.set(0, new ImageRow(first.id(), changed, first.label(), SIDE, SIDE, 3));
        rows.set(1, new ImageRow(1, first.image(), 1, SIDE, SIDE, 3));
        DataSet before = write("before", raw, Encoding.RAW);
        DataSet after = write("after", rows, Encoding.RAW);
        long[] old = RowMarks.of(before, 0, before.rowGroupCount());
        long[] marks = RowMarks.of(after, 0, after.rowGroupCount());
        assertThat(marks).hasSize(RowMarks.WIDTH * 40);
        assertThat(marks[0]).isEqualTo(old[0]).isZero();
        assertThat(marks[1]).isNotEqualTo(old[1]);
        assertThat(marks[RowMarks.WIDTH]).isEqualTo(1);
        assertThat(marks[RowMarks.WIDTH + 1]).isEqualTo(old[1]);
        assertThat(marks[RowMarks.WIDTH + 2]).isEqualTo(old[2]);
    }

    @Test
    void aFileThatCannotBeDecodedIsNamed() throws Exception {
        List<ImageRow> rows = files();
        rows.set(13, new ImageRow(13, new byte[] {1, 2, 3}, 1, SIDE, SIDE, 3));
        DataSet data = write("broken", rows, Encoding.ENCODED);
        assertThatThrownBy(() -> PixelCounts.count(data, 0, data.rowGroupCount()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("(id 13) is of an unknown format, none of JPEG, PNG, GIF, BMP and WebP")
                .hasMessageContaining("import again, with --on-bad skip")
                .hasMessageNotContaining("\n");
    }
}
