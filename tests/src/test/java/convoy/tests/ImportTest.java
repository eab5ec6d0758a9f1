package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.tests.Command.Ran;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convoy import} as it is typed. */
final class ImportTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();

    private final Path directory;
    private final Command shell;

    ImportTest(@TempDir Path directory) {
        this.directory = directory;
        shell = new Command(
                directory, Map.of("LC_ALL", "C", "SPARK_SUBMIT_OPTS", Command.SHORT_LIVED), Duration.ofMinutes(3));
    }

    @BeforeEach
    void drawPictures() throws IOException {
        Random random = new Random(1);
        for (String path : List.of("\u732B/1.png", "\u732B/2.png", "\u72AC/1.png", "\u72AC/2026-11-26T18:47:09.png")) {
            BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 64; i++) {
                picture.setRGB(i % 8, i / 8, random.nextInt(1 << 24));
            }
            Path file = directory.resolve("data/pics").resolve(path);
            Files.createDirectories(file.getParent());
            ImageIO.write(picture, "png", file.toFile());
        }
        Files.writeString(directory.resolve("data/pics/\u732B/notes.txt"), "x");
    }

    private Ran imported(String... words) throws InterruptedException {
        String[] all = new String[words.length + 4];
        all[0] = ROOT.resolve("convoy").toString();
        all[1] = "import";
        all[2] = "--format";
        all[3] = "image-folder";
        System.arraycopy(words, 0, all, 4, words.length);
        return shell.run(all);
    }

    /** The locale is one that has no letters but those of English. */
    @Test
    void namesInOtherScriptsOutliveTheLocaleAndTheSummaryIsKept() throws Exception {
        Ran ran = imported("--from", "data/pics", "--to", "data/set", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode said = new ObjectMapper().readTree(ran.out());
        assertThat(said.path("classes")).extracting(JsonNode::asText).containsExactly("\u72AC", "\u732B");
        assertThat(said.path("class-counts")).extracting(JsonNode::asInt).containsExactly(2, 2);
        JsonNode kept = new ObjectMapper()
                .readTree(directory.resolve("data/set/dataset.json").toFile())
                .path("import");
        assertThat(kept.path("from").asText()).endsWith("data/pics");
        assertThat(kept.path("left-out").path(0).path("example").asText()).isEqualTo("\u732B/notes.txt");
        assertThat(kept.path("class-counts")).hasSize(2);
    }

    @Test
    void aTargetAboveTheSourceIsRefusedAndNothingIsLost() throws Exception {
        Ran ran = imported("--from", "data/pics", "--to", "data", "--overwrite");
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).doesNotContain("Exception");
        assertThat(directory.resolve("data/pics/\u732B/1.png")).isNotEmptyFile();
        assertThat(directory.resolve("data/pics/\u732B/notes.txt")).hasContent("x");
    }
}
