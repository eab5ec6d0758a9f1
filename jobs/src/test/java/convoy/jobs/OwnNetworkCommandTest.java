package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of one's own on the command line. */
final class OwnNetworkCommandTest {
    private final Path directory;

    OwnNetworkCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("my-net.yaml"), text).toString();
    }

    @Test
    void aNetworkOfTheCatalogueIsWrittenAndShownAsItIs() throws IOException {
        Ran written = Ran.convoy("describe", "resnet20_cifar", "--as-file");
        assertThat(written.status()).isZero();
        assertThat(written.out()).startsWith("name: resnet20_cifar\npaper: ");
        Path svg = directory.resolve("my-net.svg");
        Ran shown = Ran.convoy("describe", "--network-file", file(written.out()), "--svg", svg.toString());
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out())
                .isEqualTo(Ran.convoy("describe", "resnet20_cifar").out());
        assertThat(svg).isNotEmptyFile();
        assertThat(Ran.convoy(
                                "describe",
                                "--network-file",
                                directory.resolve("my-net.yaml").toString(),
                                "--as-file")
                        .out())
                .isEqualTo(written.out().replaceFirst("paper: .*\n", ""));
    }

    @Test
    void parametersAndClassesAreGivenOnTheCommandLine() throws IOException {
        String file = file("""
                name: own
                input: 1x8x8
                classes: 3
                parameters: {width: 4, act: relu}
                layers:
                  - {name: conv, kind: convolution, out: =width, kernel: 3}
                  - =act
                  - flatten
                  - {name: fc, kind: dense, out: =classes}
                """);
        Ran ran = Ran.convoy(
                "describe",
                "--network-file",
                file,
                "--parameter",
                "width=7",
                "--parameter",
                "act=gelu",
                "--classes",
                "5");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("conv 3x3, 7", "GELU", "dense 5");
        Ran wrong = Ran.convoy("describe", "--network-file", file, "--parameter", "widht=7");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("widht is no parameter of this file; did you mean width?")
                .hasLineCount(1);
    }

    @Test
    void allThatIsWrongWithAFileIsToldWithItsLine() throws IOException {
        String file = file("""
                name: own
                input: 1x8x8
                classes: 3
                layers:
                  - {name: conv, kind: convolution, out: 4, kernel: 9}
                  - {name: act, kind: rleu}
                  - {name: fc, kind: dense, out: =classes, from: flat}
                """);
        Ran ran = Ran.convoy("describe", "--network-file", file);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("my-net.yaml:5: layer conv: a convolution of 9x9 gets 1x8x8"))
                .anyMatch(line -> line.contains("my-net.yaml:6: kind = rleu is no kind of layer; did you mean relu?"))
                .anyMatch(line -> line.contains("my-net.yaml:7: fc reads flat, which is no layer here"));
    }
}
