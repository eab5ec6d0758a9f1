package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.SmallDataSet;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.image.SmallPictures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ThumbnailTest {
    private final Path directory;

    ThumbnailTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void smallPlanesAreShownAsTheyAre() {
        DataSet data = SmallDataSet.raw(directory, 20, 8);
        List<Thumbnail> shown = Thumbnail.of(data, List.of(17L, 3L, 16L), 64);
        assertThat(shown).hasSize(3);
        byte[] planes = SmallData.rawRows(20, 4, 8, 8).get(3).image();
        Thumbnail third = shown.get(1);
        assertThat(third.height()).isEqualTo(8);
        for (int i = 0; i < 64; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(third.pixels()[3 * i + c]).isEqualTo(planes[64 * c + i]);
            }
        }
    }

    @Test
    void largePicturesAreScaledDownInProportion() {
        byte[] file = SmallPictures.encode(".png", SmallPictures.gradient(100, 200), 100, 200);
        SmallData.write(directory, List.of(new ImageRow(5, file, 0, 100, 200, 3)), 1, 1, Encoding.ENCODED, 0, 0, 1);
        Thumbnail shown = Thumbnail.of(
                        DataSet.open(new Configuration(), directory.toUri().toString()), List.of(0L), 50)
                .get(0);
        assertThat(shown.width()).isEqualTo(50);
        assertThat(shown.height()).isEqualTo(25);
        assertThat(shown.pixels()).hasSize(3 * 25 * 50);
    }

    @Test
    void whatCannotBeDecodedOrShownIsRefused() {
        byte[] broken = "no picture".getBytes(StandardCharsets.UTF_8);
        SmallData.write(directory, List.of(new ImageRow(5, broken, 0, 8, 8, 3)), 1, 1, Encoding.ENCODED, 0, 0, 1);
        DataSet data = DataSet.open(new Configuration(), directory.toUri().toString());
        assertThatThrownBy(() -> Thumbnail.of(data, List.of(0L), 50))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("(id 5)")
                .hasMessageContaining("import again");
        assertThatThrownBy(() -> Thumbnail.of(data, List.of(0L), 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("longest = 0 < 1");
    }
}
