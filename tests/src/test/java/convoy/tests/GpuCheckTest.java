package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a GPU, where there is none: what it does there is tried on the processor, against the other engine. */
final class GpuCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory = Path.of("");

    private int convoy(String... words) {
        return Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** Returns the status; short turns, and one thread in all tests as OpenBLAS has one number for a process. */
    private int check(String steps, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "gpu-check",
                "--device",
                "cpu",
                "--threads",
                "1",
                "--seconds",
                "1",
                "--steps",
                steps,
                "--results",
                results().toString()));
        words.addAll(List.of(more));
        return convoy(words.toArray(String[]::new));
    }

    private Path results() {
        return directory.resolve("results.jsonl");
    }

    /** What was told of a step. */
    private List<JsonNode> rows(String step) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(results())) {
            JsonNode row = JSON.readTree(line);
            if (row.get("step").asText().equals(step) && !row.has("begun")) {
                rows.add(row);
            }
        }
        return rows;
    }

    private Path python(String script) throws IOException {
        Path program = directory.resolve("python");
        Files.writeString(program, "#!/bin/bash\n" + script);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void comparesGradientsWithTheOtherEngine() throws Exception {
        int status = check(
                "card,gradients,catalogue",
                "--networks",
                "lenet5,resnet20_cifar",
                "--precisions",
                "fp32,bf16",
                "--reference",
                "nd4j",
                "--json");
        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString().lines().toList()).isEqualTo(Files.readAllLines(results()));
        JsonNode head = rows("head").get(0);
        assertThat(head.get("card").asText()).isEqualTo("the processor");
        assertThat(head.get("libraries").has("pytorch")).isTrue();
        assertThat(rows("card")).hasSize(2);
        List<JsonNode> rows = rows("gradients");
        assertThat(rows).hasSize(4);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).get("passed").asBoolean()).isTrue();
            assertThat(rows.get(i).get("same-bits-twice").asBoolean()).isTrue();
            double before = i % 2 == 0 ? 0 : rows.get(i - 1).get("distance").asDouble();
            assertThat(rows.get(i).get("distance").asDouble()).isGreaterThan(before);
        }
        assertThat(rows("catalogue")).hasSize(4).allMatch(row -> row.get("passed")
                .asBoolean());
        assertThat(rows("end").get(0).get("wrong")).isEmpty();
    }

    @Test
    void computesTheSameAgainAndWithPartsThatArrive() throws Exception {
        int status = check("determinism,streams", "--networks", "lenet5", "--precisions", "fp32");
        assertThat(status).as(err.toString()).isZero();
        JsonNode determinism = rows("determinism").get(0);
        assertThat(determinism.get("differing").asInt()).isZero();
        assertThat(determinism.get("gradients-beside").asInt()).isPositive();
        JsonNode streams = rows("streams").get(0);
        assertThat(streams.get("steps").asInt()).isEqualTo(8);
        assertThat(streams.get("parts").asInt()).isPositive();
        assertThat(streams.get("passed").asBoolean()).isTrue();
        assertThat(out.toString()).contains("20 gradients, equal bits;", "8 steps, 0 gradients not equal;");
    }

    @Test
    void measures() throws Exception {
        int status = check("cost,transfers,leak,feeding", "--networks", "lenet5", "--batch", "4");
        assertThat(status).as(err.toString()).isZero();
        assertThat(rows("cost").get(0).get("images-per-second").asDouble()).isPositive();
        assertThat(rows("transfers").get(0).get("seconds-arriving").asDouble()).isPositive();
        assertThat(rows("leak"))
                .hasSize(2)
                .allMatch(row -> row.get("process-bytes").asLong() > 0);
        assertThat(rows("feeding"))
                .isNotEmpty()
                .allMatch(row -> row.get("images-per-second").asDouble() > 0);
    }

    /** Trains nothing. */
    private static final String STAND_IN = """
            echo hello 9.9
            while read -r word slot first rest; do
                case "$word" in
                load) %s echo "ready 9.9 %d" ;;
                run) %s echo "10 1.0" ;;
                matmul) echo "2000000 1.0" ;;
                *) echo unloaded ;;
                esac
            done
            """;

    private static final int PARAMETERS = 269_722;

    @Test
    void measuresBesidePyTorch() throws Exception {
        Path python = python(STAND_IN.formatted("", PARAMETERS, ""));
        int status = check(
                "speed,cost",
                "--networks",
                "resnet20_cifar",
                "--batch",
                "2",
                "--both-layouts",
                "--python",
                python.toString());
        assertThat(status).as(err.toString()).isZero();
        List<JsonNode> rows = rows("speed");
        assertThat(rows.stream().map(row -> row.get("name").asText()))
                .containsExactly(
                        "libtorch, by itself",
                        "libtorch, in turns",
                        "PyTorch 9.9, channels last",
                        "PyTorch 9.9, fed",
                        "PyTorch 9.9, contiguous");
        double ours = rows.get(1).get("images-per-second").asDouble();
        assertThat(rows.get(2).get("images-per-second").asDouble()).isEqualTo(20, within(1e-9));
        assertThat(rows.get(2).get("ratio").asDouble()).isEqualTo(ours / 20, within(1e-9));
        assertThat(rows.get(2).get("images").asText()).isEqualTo("images on the device");
        assertThat(rows.get(3).get("images").asText()).isEqualTo("images from the host");
        assertThat(rows("cost").get(0).get("flops").asDouble()).isEqualTo(4e6, within(1e-3));
    }

    @Test
    void aPythonThatDiesCostsItsRowsAlone() throws Exception {
        Path python = python(STAND_IN.formatted(
                        "[[ $first == resnet20_cifar ]] || { echo error torchvision has no $first; continue; };",
                        PARAMETERS,
                        "[[ -e died ]] || { touch died; echo no memory >&2; exit 1; };")
                .replace("died", directory.resolve("died").toString()));
        int status = check(
                "speed,transfers",
                "--networks",
                "resnet20_cifar,lenet5,resnet20_cifar",
                "--batch",
                "2",
                "--python",
                python.toString());
        assertThat(status).isEqualTo(1);
        List<JsonNode> rows = rows("speed");
        assertThat(rows).hasSize(3 + 2 + 3);
        assertThat(rows.get(1).get("failed").asText()).endsWith("has ended; its last words: no memory");
        assertThat(rows.get(1).get("trace").asText()).contains("\tat convoy.jobs.gpucheck.SpeedStep");
        assertThat(rows.get(3).get("failed").asText()).isEqualTo("BadInputException: torchvision has no lenet5");
        assertThat(rows.get(6).get("ratio").asDouble()).isPositive();
        assertThat(rows("transfers")).hasSize(3).noneMatch(row -> row.has("failed"));
        assertThat(err.toString())
                .contains("not as it should be: speed resnet20_cifar fp32 beside PyTorch (failed); speed lenet5 fp32");
    }

    @Test
    void whatDoesNotFitIsSaid() throws Exception {
        assertThat(check("card,streams,train", "--budget", "6"))
                .as(err.toString())
                .isZero();
        assertThat(rows("card")).isNotEmpty();
        assertThat(rows("streams").get(0).get("skipped").asText()).matches("[0-6] s left, needs about 8");
        assertThat(rows("train").get(0).get("skipped").asText()).endsWith("needs about 40");
        assertThat(out.toString()).contains("streams  skipped: ", "train  skipped: ");
    }

    @Test
    void resultsThatCannotBeWrittenAreToldOfAtOnce() {
        assertThat(convoy("gpu-check", "--device", "cpu", "--threads", "1", "--results", "/no/such/directory/results"))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("--results = /no/such/directory/results cannot be written (")
                .hasLineCount(1);
    }

    @Test
    void withoutAGpuItSaysSoInOneLine() {
        assumeFalse(Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                .anyMatch(path -> Path.of(path, "nvidia-smi").toFile().exists()));
        assertThat(convoy("gpu-check")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("there is no nvidia-smi on the PATH, so no NVIDIA driver: ")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }
}
