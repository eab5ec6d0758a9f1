package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a Spark of its own, in this process. */
final class ImportCommandTest {
    private final Path directory;

    ImportCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void drawPictures() throws IOException {
        draw("cat/2026-11-26T18:47:09.png", "png", BufferedImage.TYPE_INT_RGB);
        draw("cat/grey.png", "png", BufferedImage.TYPE_BYTE_GRAY);
        draw("dog/1.gif", "gif", BufferedImage.TYPE_INT_RGB);
    }

    private void draw(String name, String format, int type) throws IOException {
        BufferedImage image = new BufferedImage(6, 5, type);
        image.setRGB(3, 2, 0xC08040);
        Path file = directory.resolve("pets").resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, format, file.toFile());
    }

    /** Tests before this one, in the same process, may have asked for Hadoop's own local file system, which is kept. */
    @BeforeAll
    static void forgetFileSystems() throws IOException {
        FileSystem.closeAll();
    }

    private Ran run(String to, String... more) {
        String[] words = {
            "import",
            "--format",
            "image-folder",
            "--from",
            directory.resolve("pets").toUri().toString(),
            "--to",
            directory.resolve(to).toUri().toString()
        };
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Ran.convoy(all);
    }

    @Test
    void theSummarySaysWhatPicturesNeeded() throws IOException {
        Ran ran = run("out");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("3 pictures of 2 classes in ")
                .contains("noted: 1 (grey: the one channel became three), as cat/grey.png")
                .contains("noted: 1 (neither JPEG nor PNG: stored as PNG, pixel by pixel), as dog/1.gif");
        Ran grey = run("grey", "--channels", "1", "--orientation", "upright", "--json");
        assertThat(grey.status()).as(grey.err()).isZero();
        JsonNode adjusted = new ObjectMapper().readTree(grey.out()).path("adjusted");
        assertThat(adjusted.path(0).path("what").asText()).startsWith("coloured: became grey");
        assertThat(adjusted.path(0).path("pictures").asInt()).isEqualTo(2);
        assertThat(adjusted.path(0).path("example").asText()).isEqualTo("cat/2026-11-26T18:47:09.png");
    }

    @Test
    void channelsAndOrientationsThatThereAreNotAreNamed() {
        Ran ran = run("out", "--channels", "2");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err())
                .contains("Invalid value for option '--channels': '2' is not one of 1, 3, as-is")
                .doesNotContain("\tat ");
        Ran turned = run("out", "--orientation", "up-right");
        assertThat(turned.status()).isEqualTo(2);
        assertThat(turned.err()).contains("is not one of as-stored, upright; did you mean upright?");
    }

    @Test
    void whatIsSkippedIsToldOnceAndNamesCannotDrawOnTheTerminal() throws IOException {
        draw("ca\u001b[2J\nt/1.png", "png", BufferedImage.TYPE_INT_RGB);
        Files.writeString(directory.resolve("pets/dog/\nbad.png"), "no picture");
        Ran ran = run("out", "--on-bad", "skip");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("1  ca\\x1b[2J\\nt\n")
                .contains("left out: 1 (cannot be used)\n")
                .containsOnlyOnce("dog/\\nbad.png")
                .doesNotContain("\u001b");
        assertThat(ran.err()).doesNotContain("\u001b").contains("4 pictures");
        Ran failed = run("failed", "--classes", "ca\u001b[2J\nt,x");
        assertThat(failed.status()).isEqualTo(2);
        assertThat(failed.err()).doesNotContain("\u001b");
    }

    @Test
    void anArchiveThatIsNotReadIsNoNestedParenthesis() throws IOException {
        Path archive = Files.writeString(directory.resolve("pets.rar"), "Rar!");
        Ran ran = Ran.convoy(
                "import",
                "--format",
                "image-folder",
                "--from",
                archive.toUri().toString(),
                "--to",
                directory.resolve("o").toUri().toString());
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err().lines().reduce("", (before, line) -> line))
                .endsWith(
                        "holds nothing in format image-folder; left out: 1, archives of a kind that is not read: unpack"
                                + " them, or pack them as tar or zip, as pets.rar: check format and split");
    }

    @Test
    void aBrokenArchiveSaysThatSkippingIsNoHelp() throws IOException {
        Path archive = Files.writeString(directory.resolve("broken.zip"), "PK\u0003\u0004 and no more");
        for (String what : new String[] {"skip", "fail"}) {
            Ran ran = Ran.convoy(
                    "import",
                    "--format",
                    "image-folder",
                    "--from",
                    archive.toUri().toString(),
                    "--to",
                    directory.resolve("o").toUri().toString(),
                    "--on-bad",
                    what);
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err()).contains("is cut off or garbled");
            assertThat(ran.err().contains("what an archive has lost nobody knows"))
                    .isEqualTo(what.equals("skip"));
        }
    }

    @Test
    void aTildeInTheNameOfASplitIsALetter() {
        for (String[] split : new String[][] {{"--split", "~"}, {"--split=~"}}) {
            Ran ran = run("out", split);
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err()).contains("has no folder ~ where splits lie");
        }
    }
}
