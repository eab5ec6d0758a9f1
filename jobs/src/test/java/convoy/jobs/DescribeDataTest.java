package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescribeDataTest {
    private final Path directory;
    private final String uri;

    /** Twenty pictures of 3 x 16 x 16, all of one colour. */
    DescribeDataTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        List<ImageRow> rows = new ArrayList<>();
        for (int id = 0; id < 20; id++) {
            byte[] planes = new byte[3 * 16 * 16];
            Arrays.fill(planes, 0, 256, (byte) 200);
            Arrays.fill(planes, 256, 512, (byte) 50);
            rows.add(new ImageRow(id, planes, id % 2, 16, 16, 3));
        }
        uri = RawData.write(directory.resolve("data"), List.of("cat", "dog"), rows, rows.size());
    }

    @Test
    void aDataSetIsDescribed() throws Exception {
        Ran table = Ran.convoy("describe", "--data", uri);
        assertThat(table.status()).isZero();
        assertThat(table.out()).contains("rows         20\n", "classes      [cat, dog]\n", "images       3x16x16\n");
        Ran json = Ran.convoy("describe", "--data", uri, "--json");
        assertThat(new ObjectMapper().readTree(json.out()).path("whitening").asText())
                .isEqualTo("none");
    }

    /** Six tiles of 16 pixels, eight times as large, with a border that the transforms add; black and the colour are there. */
    @Test
    void whatIsFedIsDrawn() throws Exception {
        Path png = directory.resolve("fed.png");
        Ran ran = Ran.convoy(
                "describe",
                "--data",
                uri,
                "--preview",
                png.toString(),
                "--rows",
                "6",
                "--epoch",
                "2",
                "--transforms",
                "[{kind: pad, padding: 8}, flip]");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isEqualTo(6 * (32 * 4 + 6) + 6);
        assertThat(image.getHeight()).isEqualTo(32 * 4 + 15 + 6 + 6);
        for (int tile = 0; tile < 6; tile++) {
            int left = 6 + tile * (32 * 4 + 6);
            assertThat(image.getRGB(left + 64, 6 + 64)).isEqualTo(0xFFC83200);
            assertThat(image.getRGB(left + 16, 6 + 64)).isEqualTo(0xFF000000);
        }
    }

    /** Transforms, mixtures and micro-batches are those of the run file. */
    @Test
    void aRunFileSaysWhatIsFed() throws Exception {
        Path run = directory.resolve("run.yaml");
        Path png = directory.resolve("fed.png");
        Files.writeString(run, """
                data: {transforms: [{kind: random-resized-crop, side: 64}], mix: [cutmix]}
                micro-batch: 3
                micro-batches: 4
                """);
        Ran ran = Ran.convoy("describe", "--data", uri, "--preview", png.toString(), "--run", run.toString());
        assertThat(ran.err()).isEmpty();
        BufferedImage image = ImageIO.read(png.toFile());
        // All twenty, though more were asked for, eight to a line.
        assertThat(image.getWidth()).isEqualTo(8 * (128 + 6) + 6);
        assertThat(image.getHeight()).isEqualTo(3 * (128 + 2 * 15 + 6) + 6);
    }

    @Test
    void whatCannotBeDrawnIsOneLine() {
        String png = directory.resolve("fed.png").toString();
        assertRefused("rows = 0, must lie in [1, 1024]", "--preview", png, "--rows", "0");
        assertRefused("--transforms", "--preview", png, "--transforms", "[flop]");
        assertRefused(
                "zca: data set " + uri + " has no whitening",
                "--preview",
                png,
                "--transforms",
                "[global-contrast-normalization, zca]");
        assertRefused(directory + "/no/fed.png cannot be written", "--preview", directory + "/no/fed.png");
        assertRefused(
                "run file /no/run.yaml does not exist: check the path and its scheme",
                "--preview",
                png,
                "--run",
                "/no/run.yaml");
    }

    private void assertRefused(String message, String... words) {
        List<String> all = new ArrayList<>(List.of("describe", "--data", uri));
        all.addAll(List.of(words));
        Ran ran = Ran.convoy(all.toArray(String[]::new));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith(message).hasLineCount(1);
    }
}
