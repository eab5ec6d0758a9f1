package convoy.jobs.report.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.evaluation.Confusion;
import convoy.jobs.report.page.PlainPng;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class PicturesTest {
    @Test
    void aPngFileIsReadAsItWasWritten() throws Exception {
        int width = 211;
        int height = 150;
        byte[] pixels = new byte[3 * width * height];
        new Random(1).nextBytes(pixels);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(PlainPng.of(width, height, pixels)));
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                int expected = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | (pixels[at + 2] & 255);
                assertThat(image.getRGB(x, y) & 0xffffff).isEqualTo(expected);
            }
        }
        assertThatThrownBy(() -> PlainPng.of(1, 1, new byte[2])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filtersLieApartAndEachIsAsBrightAsItsLargestWeight() throws Exception {
        // Two filters of 2 x 2 over three channels: red alone rises in the first; the second is all zeros and none.
        float[] values = new float[2 * 3 * 4];
        values[0] = 0.5f;
        values[3] = -0.25f;
        values[12] = Float.NaN;
        Filters.Sheet sheet = new Filters("conv1.weight", List.of(2, 3, 2, 2), values, 1).sheet();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(sheet.png()));
        assertThat(image.getWidth()).isEqualTo(sheet.width()).isEqualTo(7);
        assertThat(image.getHeight()).isEqualTo(4);
        assertThat(image.getRGB(1, 1)).isEqualTo(0xffff8080);
        assertThat(image.getRGB(2, 2)).isEqualTo(0xff408080);
        assertThat(image.getRGB(4, 1)).isEqualTo(0xff808080);
        assertThat(image.getRGB(3, 1)).isEqualTo(0xffffffff);
        assertThat(Filters.canBeDrawn(List.of(64, 16, 3, 3))).isFalse();
        assertThat(Filters.canBeDrawn(List.of(64, 3, 1, 1))).isFalse();
        assertThat(Filters.canBeDrawn(List.of(10, 784))).isFalse();
    }

    @Test
    void scoresByClass() {
        ClassScores scores = new ClassScores(new Confusion(
                1,
                "x",
                "sha256:0",
                List.of("a", "b", "c"),
                List.of(
                        new Confusion.Count(0, 0, 6),
                        new Confusion.Count(0, 1, 2),
                        new Confusion.Count(1, 1, 1),
                        new Confusion.Count(1, Confusion.NONE, 3))));
        assertThat(scores.recall(0)).isEqualTo(0.75);
        assertThat(scores.precision(1)).isEqualTo(1 / 3.0);
        assertThat(scores.recall(2)).isNaN();
        assertThat(scores.worst()).containsExactly(1, 0);
        assertThat(scores.accuracy()).isEqualTo(7 / 12.0);
        assertThat(scores.mistakes()).extracting(Confusion.Count::rows).containsExactly(3L, 2L);
    }
}
