package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportCommandTest {
    private static Path run(Path folder) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("run.yaml"), "name: a\n");
        Files.writeString(
                folder.resolve("metrics.jsonl"),
                "{\"kind\":\"step\",\"step\":1,\"epoch\":0.1,\"loss\":2.0,\"accuracy\":0.5,\"examples\":64,\"learning-rate\":0.1}\n");
        return folder;
    }

    private static void assertRefused(String message, String... words) {
        Ran ran = Ran.convoy(words);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(message).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void writesAPage(@TempDir Path directory) throws Exception {
        Path run = run(directory.resolve("my run"));
        Path out = directory.resolve("out");
        Ran ran = Ran.convoy("report", run + "/", "--out", out.toString(), "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode files = new ObjectMapper().readTree(ran.out()).path("files");
        assertThat(files.get(0).asText()).isEqualTo(out.resolve("report.html").toString());
        for (JsonNode file : files) {
            assertThat(Path.of(file.asText())).isRegularFile();
        }
        assertThat(out.resolve("report.html")).content().contains("<h1>Run my run</h1>");
        Ran second = Ran.convoy("report", run.toString(), "--out", out.toString());
        assertThat(second.out())
                .isEqualTo("the report is " + out.resolve("report.html") + ", with Markdown and CSV beside it\n");
    }

    @Test
    void badInputIsOneLineAndStatusTwo(@TempDir Path directory) throws Exception {
        Path run = run(directory.resolve("a"));
        assertRefused(
                directory.resolve("b") + " does not exist: give the directory of a run", "report", directory + "/b");
        assertRefused("run.yaml is a file: name a folder", "report", run + "/run.yaml");
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertRefused("--out = " + file + " is a file: name a folder", "report", run + "", "--out", file + "");
        assertRefused(
                run + "/ is given twice: name each run once", "report", run + "", run + "/", "--out", directory + "/o");
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("dataset.json"), "{}");
        assertRefused("data is a data set and no run", "report", data + "");
        assertThat(directory.resolve("o")).doesNotExist();
    }

    @Test
    void countsAreKeptForRunsOnly() {
        assertRefused(
                "--keep writes into a run's directory, and ", "evaluate", "m.safetensors", "--keep", "--data", "x");
    }
}
