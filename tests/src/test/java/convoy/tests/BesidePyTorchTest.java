package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.jobs.Main;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measurement beside PyTorch, with programs that speak as PyTorch's process does and train nothing. */
final class BesidePyTorchTest {
    private static final int PARAMETERS = 269_722;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory = Path.of("");

    private int convoy(String... words) {
        return Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** @param more words that replace those of the same option, or come behind them */
    private int measure(Path python, String... more) {
        Map<String, String> options = new LinkedHashMap<>(Map.of(
                "--python", python.toString(),
                "--networks", "resnet20_cifar",
                "--batch", "2",
                "--rounds", "2",
                "--seconds", "0.2"));
        List<String> words = new ArrayList<>(List.of("beside-pytorch"));
        for (int i = 0; i < more.length; i++) {
            if (i + 1 < more.length) {
                options.put(more[i], more[++i]);
            } else {
                words.add(more[i]);
            }
        }
        options.forEach((option, value) -> words.addAll(List.of(option, value)));
        return convoy(words.toArray(String[]::new));
    }

    /** A program that is called as {@code python3 -c SCRIPT THREADS DEVICE}. */
    private Path python(String script) throws IOException {
        Path program = directory.resolve("python");
        Files.writeString(program, "#!/bin/bash\n" + script);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void comparesWithTheBetterLayout() throws Exception {
        Path seen = directory.resolve("seen");
        Path python = python("""
                echo hello 9.9
                while read -r word slot first rest; do
                    case "$word $mode" in
                    load*)
                        echo "${*:3} $first $rest ${OMP_NUM_THREADS-unset} ${MALLOC_ARENA_MAX-unset}" >> '%s'
                        mode=${rest##* }
                        echo "ready 9.9 %d" ;;
                    "run channels-last") echo "60 $first" ;;
                    *) echo "80 $first" ;;
                    esac
                done
                """.formatted(seen, PARAMETERS));
        assertThat(measure(python, "--engines", "libtorch,nd4j", "--json"))
                .as(err.toString())
                .isZero();
        JsonNode ranking = new ObjectMapper().readTree(out.toString()).get("resnet20_cifar");
        assertThat(ranking.findValuesAsText("name"))
                .containsExactly("libtorch", "nd4j", "PyTorch 9.9, channels last", "PyTorch 9.9, contiguous");
        assertThat(ranking.get(2).get("images-per-second").asDouble()).isEqualTo(600, within(1e-9));
        assertThat(ranking.get(2).get("ratio").asDouble()).isEqualTo(0.75, within(1e-9));
        assertThat(ranking.get(3).get("images-per-second").asDouble()).isEqualTo(800, within(1e-9));
        assertThat(ranking.get(3).get("ratio").asDouble()).isEqualTo(1);
        for (int engine = 0; engine < 2; engine++) {
            double speed = ranking.get(engine).get("images-per-second").asDouble();
            assertThat(speed).isPositive();
            assertThat(ranking.get(engine).get("ratio").asDouble()).isEqualTo(speed / 800, within(1e-9));
        }
        assertThat(Files.readAllLines(seen))
                .containsExactly(
                        "1 cpu resnet20_cifar 10 3 32 32 2 fp32 channels-last unset unset",
                        "1 cpu resnet20_cifar 10 3 32 32 2 fp32 contiguous unset unset");
    }

    @Test
    void theCheckOfAGpuTellsOfAWrongProgramBeforeItBegins() {
        assertThat(convoy("gpu-check", "--device", "cpu", "--threads", "1", "--python", "/no/such/python"))
                .isEqualTo(2);
        assertThat(complaint()).contains("--python = /no/such/python cannot be started");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theCheckOfAGpuTellsOfAPythonWithoutPyTorchBeforeItBegins() throws Exception {
        Path python = python("echo error this Python has no PyTorch");
        assertThat(convoy("gpu-check", "--device", "cpu", "--threads", "1", "--python", python.toString()))
                .isEqualTo(2);
        assertThat(complaint()).isEqualTo("this Python has no PyTorch");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 'error this Python has no PyTorch' | this Python has no PyTorch",
                "echo 'usage: dc' | says 'usage: dc', not what pytorch.py says; is it a Python?",
                "echo hello 9; read -r; echo 'ready 9.9 many' | says 'ready 9.9 many', not what pytorch.py says; is it a Python?",
                "echo hello 9; read -r; echo 'ready 9.9 269723' | has 269723 parameters in PyTorch 9.9 and 269722 here",
                "echo first >&2; echo 'Killed by a signal' >&2 | has ended; its last words: Killed by a signal",
                "true | has ended; its last words: nothing",
                "echo hello 9; read -r; echo 'error no room' | no room",
                "echo hello 9; read -r; echo 'ready 9.9 269722'; read -r; echo 'out of memory' >&2 | its last words: out of memory",
                "echo hello 9; read -r; echo 'ready 9.9 269722'; read -r; echo 'much' | says 'much', not what pytorch.py says",
                "echo hello 9; read -r; echo 'ready 9.9 269722'; read -r; echo '0 1.0' | says '0 1.0', not what pytorch.py says",
                "echo hello 9; read -r; echo 'ready 9.9 269722'; read -r; echo '5 0.0' | says '5 0.0', not what pytorch.py says",
                "echo hello 9; read -r; echo 'ready 9.9 269722'; read -r; echo 'error no GPU' | no GPU",
            })
    void aProgramThatIsNotPyTorchIsToldOfInOneLine(String script, String message) throws Exception {
        assertThat(measure(python(script))).isEqualTo(2);
        assertThat(complaint()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--python /no/such/python | --python = /no/such/python cannot be started",
                "--rounds 0 | --rounds = 0, --seconds = 0.2, --batch = 2: rounds and images must be 1 or more, seconds from 0.1",
                "--batch 0 | , --batch = 0: rounds",
                "--seconds 0 | --seconds = 0.0, ",
                "--seconds NaN | --seconds = NaN, ",
                "--seconds long | 'long' is not a double",
                "--threads 0 | threads = 0 is not in [1, 1024]",
                "--networks resnet20 | network = resnet20 is not in the catalogue; did you mean",
                "--precision tf32 | precision = tf32 is a GPU's arithmetic",
                "--engines nd4j --precision bf16 | precision = bf16 is not to be had of engine = nd4j",
                "--engines torch | torch",
                "--device gpu | gpu",
                "--networks mnist_cnn | torchvision has no mnist_cnn",
            })
    void whatCannotBeMeasuredIsToldOfInOneLine(String words, String message) throws Exception {
        Path python = python("echo hello 9.9; read -r word slot name rest; echo \"error torchvision has no $name\"");
        assertThat(measure(python, words.split(" ", -1))).isEqualTo(2);
        assertThat(complaint()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    /** The script itself, as far as a Python without PyTorch gets. */
    @Test
    void aPythonWithoutPyTorchSaysSo() throws Exception {
        assumeTrue(Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3"))));
        assertThat(measure(python("exec python3 -I -S \"$@\""))).isEqualTo(2);
        assertThat(complaint()).contains(" cannot import PyTorch (No module named 'torch'); name another Python");
    }

    /** What was said, less what is under way. */
    private String complaint() {
        List<String> lines = err.toString()
                .lines()
                .filter(line -> !line.startsWith("measuring "))
                .toList();
        assertThat(lines).as(err.toString()).hasSize(1);
        return lines.get(0);
    }
}
