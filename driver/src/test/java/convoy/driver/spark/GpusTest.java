package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.ForkedDriver;
import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GpusTest {
    private static final String DISCOVERY = Path.of(System.getProperty("convoy.root", ".."), "deploy", "gpu-discovery")
            .toAbsolutePath()
            .toString();

    @TempDir
    private Path directory = Path.of("");

    private static SparkConf conf(String amount) {
        SparkConf conf = new SparkConf(false);
        return amount.isEmpty() ? conf : conf.set("spark.task.resource.gpu.amount", amount);
    }

    @Test
    void workersDoNotShareAGpuThatNobodyAskedThemToShare() {
        assertThatThrownBy(() -> Gpus.requireOneEach(conf(""), "cuda", 2, "workers"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "device = cuda with workers = 2, and Spark gives no task a GPU, so that all would take the first"
                                + " one: set spark.task.resource.gpu.amount=1, or a fraction of 1 to let them share, spark.executor.resource.gpu.amount and"
                                + " spark.executor.resource.gpu.discoveryScript (deploy/gpu-discovery), or name the one that they"
                                + " shall share, as device = cuda:0");
        assertThat(Gpus.areGiven(conf(""))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"cuda, 1, ''", "cuda:0, 2, ''", "cpu, 2, ''", "cuda, 2, 0.5", "cuda, 2, 1"})
    void whoeverAskedForItMay(String device, int workers, String amount) {
        Gpus.requireOneEach(conf(amount), device, workers, "workers");
        assertThat(Gpus.areGiven(conf(amount))).isEqualTo(!amount.isEmpty());
    }

    @Test
    void eachTaskComputesOnTheGpuThatSparkGaveIt() throws Exception {
        Path script = executable("discovery", "PATH=" + nvidia("echo 4; echo 7") + ":$PATH exec '" + DISCOVERY + "'");
        List<String> printed = ForkedDriver.start(directory, GpusMain.class, script.toString(), "2", "1", "2")
                .await(0);
        assertThat(printed.stream().filter(line -> line.startsWith("a task on ")))
                .containsExactlyInAnyOrder("a task on cuda:4", "a task on cuda:7");
    }

    /** One GPU, four tasks at once that get a quarter of it each: Spark starts all four, on the same one. */
    @Test
    void tasksShareAGpuWhereSparkGivesThemFractionsOfIt() throws Exception {
        Path script = executable("discovery", "PATH=" + nvidia("echo 4") + ":$PATH exec '" + DISCOVERY + "'");
        List<String> printed = ForkedDriver.start(directory, GpusMain.class, script.toString(), "1", "0.25", "4")
                .await(0);
        assertThat(printed.stream().filter(line -> line.startsWith("a task on ")))
                .containsExactly("a task on cuda:4", "a task on cuda:4", "a task on cuda:4", "a task on cuda:4");
        assertThat(printed).contains("room for 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 0          | 0 | {\"name\": \"gpu\", \"addresses\": [\"0\"]}",
                "echo 0; echo 1  | 0 | {\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}",
                "exit 9          | 1 | gpu-discovery: nvidia-smi fails: run it to see why",
                "true            | 1 | gpu-discovery: nvidia-smi lists no GPU",
            })
    void theDiscoveryScriptSaysWhatNvidiaSmiSays(String nvidia, int status, String line) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(DISCOVERY).redirectErrorStream(true);
        builder.environment().merge("PATH", nvidia(nvidia).toString(), (path, first) -> first + ":" + path);
        Process process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(line + "\n");
        assertThat(process.waitFor()).isEqualTo(status);
    }

    /** A directory with an nvidia-smi that does this. */
    private Path nvidia(String script) throws IOException {
        executable("nvidia-smi", script);
        return directory;
    }

    private Path executable(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
