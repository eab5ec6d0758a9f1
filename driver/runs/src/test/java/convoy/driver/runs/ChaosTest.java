package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.ForkedDriver;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The second promise, with drivers and executors that are processes. */
final class ChaosTest {
    private static final int TERMINATED = 128 + 15;

    private static final Pattern CRASH =
            Pattern.compile("crashed: 3 executors crashed while step 9 was computed, each with"
                    + " micro-batch(?:es)? (?:[0-7], )*3(?:, [0-7])* to do \\(network resnet20_cifar, engine toy\\), the last one, executor \\d+, of SIGABRT"
                    + " \\(Command exited with code 134\\); its JVM tells of a crash in 127.0.0.1:(/.*/hs_err_pid\\d+.log): it would"
                    + " crash there again; try another engine, or machines of another kind");

    @Test
    void aLostDeviceAKilledAndAFrozenExecutorCostOnlyTimeAndACrashAtOnePlaceEndsTheRun(@TempDir Path directory)
            throws Exception {
        List<String> printed = ForkedDriver.start(
                        directory,
                        ChaosMain.class,
                        directory.resolve("chaos").toString(),
                        directory.resolve("lost").toString(),
                        directory.resolve("crash").toString())
                .await(0);
        printed.forEach(System.out::println);
        String expected = finish(directory.resolve("undisturbed"), "undisturbed");
        assertThat(printed).contains("lost = " + expected, "killed = " + expected, "frozen = " + expected);
        assertThat(printed)
                .anyMatch(line -> line.startsWith("lost: worker") && line.contains("DeviceLostException"))
                .anyMatch(line -> line.startsWith("lost: server") && line.contains("was lost; all are restored"))
                .anyMatch(line -> line.startsWith("killed: executor") && line.contains("was lost"))
                .anyMatch(line -> line.startsWith("killed: server") && line.contains("all are restored"))
                .anyMatch(line -> line.startsWith("frozen: no sign of life from worker"))
                .anyMatch(line -> line.startsWith("frozen: server") && line.contains("all are restored"));
        String crashed = printed.stream()
                .filter(line -> line.startsWith("crashed: 3 executors crashed"))
                .findFirst()
                .orElseThrow();
        Matcher told = CRASH.matcher(crashed);
        assertThat(told.matches()).as(crashed).isTrue();
        assertThat(Path.of(told.group(1))).content().contains("SIGSEGV", "Unsafe.putAddress");
    }

    @Test
    void aDriverThatIsToldToEndFinishesItsStepWithACheckpoint(@TempDir Path directory) throws Exception {
        String place = directory.resolve("runs").toString();
        ForkedDriver driver = ForkedDriver.start(directory, SignalMain.class, place);
        driver.awaitLine("step 7");
        driver.terminate();
        List<String> printed = driver.await(TERMINATED);
        String last = printed.stream()
                .filter(line -> line.startsWith("STOPPED at "))
                .findFirst()
                .orElseThrow();
        long step = Long.parseLong(last.substring("STOPPED at ".length()));
        assertThat(step).isBetween(7L, SmallRuns.STEPS - 1L);
        assertThat(printed).contains("stopping after step " + step + " with a checkpoint", "step " + step);
        assertThat(printed).doesNotContain("step " + (step + 1));
        assertThat(finish(Path.of(place), "told")).isEqualTo(finish(directory.resolve("undisturbed"), "undisturbed"));
    }

    /** Trains to the end here and returns the model's checksum. */
    private static String finish(Path directory, String name) throws IOException {
        SmallRuns runs = new SmallRuns(directory);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "to the end", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            return SmallRuns.sha256(
                    SparkTraining.run(spark, runs.configuration(name, 2, 1), TrainingOptions.defaults(), new Heard()));
        }
    }
}
