package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.Manifest;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.Losses;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.Divergence;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose loss is no number from some step on. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DivergenceTest {
    private static SmallRuns runs;
    private static SparkApplication spark;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        runs = new SmallRuns(directory);
        spark = SparkApplication.start(
                Optional.of("local[4]"), "divergence test", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @AfterEach
    void beGood() {
        ToyEngineProvider.noNumberFor(key -> false);
    }

    private static TrainingResult run(RunConfiguration configuration, Heard heard) {
        return SparkTraining.run(spark, configuration, TrainingOptions.defaults(), heard);
    }

    private static RunConfiguration going(RunConfiguration configuration) {
        return configuration.withOutputs(configuration.outputs().withOnDivergence(OnDivergence.CONTINUE));
    }

    private static List<String> checkpoints(String name) throws IOException {
        try (Stream<Path> found = Files.list(runs.of(name).resolve("checkpoints"))) {
            return found.filter(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")))
                    .map(checkpoint -> checkpoint.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static void assertStops(RunConfiguration configuration, long step, String kept) throws IOException {
        assertThatThrownBy(() -> run(configuration, new Heard()))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageStartingWith("the loss of step " + step
                        + " is NaN: the training has diverged; in a run of another name lower schedule.rate (it is 0.1),"
                        + " lengthen schedule.warm-up or lower clip-norm; ")
                .hasMessageContaining(kept)
                .hasMessageEndingWith("on-divergence = continue")
                .hasMessageNotContaining("\n");
        assertThat(runs.of(configuration.name()).resolve("model.safetensors")).doesNotExist();
    }

    /** A step's checkpoint is of the parameters that the next step's loss is of. */
    @ParameterizedTest(name = "loss of step {0}, {1} workers, {2} kept at most")
    @CsvSource({"13, 1, 2, 10", "13, 3, 2, 10", "16, 2, 1, 10", "21, 2, 2, 15", "11, 1, 1, 5"})
    void theRunStopsKeepsTheLastFiniteCheckpointAndStopsThereAgain(int step, int workers, int keep, int kept)
            throws IOException {
        String name = "stop-" + step + "-" + workers;
        RunConfiguration configuration = SmallRuns.keeping(
                runs.configuration(name, workers, 1),
                CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.empty())
                        .everySteps(Optional.of(5L))
                        .keep(keep)
                        .build());
        // Step 21 is the 20th from 0, whose parameters are those of the checkpoint of step 20.
        ToyEngineProvider.noNumberFor(key -> key.step() >= step - 1 && key.microBatch() == 5);
        String line = "the checkpoint of step " + kept + " is kept";
        assertStops(configuration, step, line);
        assertThat(checkpoints(name)).last().isEqualTo(String.format("step-%08d", kept));
        assertStops(configuration, step, line);

        // It was a passing trouble, say: the same command then goes on to the bits of a run that had none.
        ToyEngineProvider.noNumberFor(key -> false);
        TrainingResult healed = run(configuration, new Heard());
        assertThat(healed.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(SmallRuns.sha256(healed))
                .isEqualTo(
                        SmallRuns.sha256(run(runs.configuration("plain-" + step + "-" + workers, 1, 1), new Heard())));
        assertThat(checkpoints(name)).as("of a finished run").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void withoutAnEarlierCheckpointTheRunBeginsAnew() throws IOException {
        ToyEngineProvider.noNumberFor(key -> key.step() == 2);
        RunConfiguration configuration = runs.configuration("early", 2, 2);
        assertStops(configuration, 3, "; there was no checkpoint before it, and the same command begins anew");
        assertStops(configuration, 3, "; there was no checkpoint before it, and the same command begins anew");
    }

    /** A person has been told of it: its parameters are those that gave no number. */
    @Test
    void checkpointsThatAreRemovedAreNamed(@TempDir Path directory) throws IOException {
        Checkpoints checkpoints = new Checkpoints(
                RunDirectory.open(new Configuration(), directory.toUri().toString(), "named"));
        commit(checkpoints, 2);
        Losses losses = new Losses(0);
        losses.add(0, true);
        losses.add(1, true);
        losses.add(2, false);
        assertThat(stop(checkpoints, losses, 2))
                .contains(
                        "; the checkpoint of step 2 led to it and is removed, there was none before, and the same command"
                                + " begins anew ");
        commit(checkpoints, 1);
        commit(checkpoints, 2);
        commit(checkpoints, 3);
        assertThat(stop(checkpoints, losses, 2))
                .contains(
                        "; the checkpoints of steps 2, 3 led to it and are removed, the checkpoint of step 1 is kept, and"
                                + " the same command goes on from there ");
        assertThat(checkpoints.whole()).containsExactly(1L);
        assertThat(stop(checkpoints, losses, 2)).contains("; the checkpoint of step 1 is kept, and the same command ");
    }

    private static String stop(Checkpoints checkpoints, Losses losses, long from) {
        return String.valueOf(
                Divergence.stop(runs.configuration("named", 1, 1), checkpoints, losses, from, "the loss is NaN")
                        .getMessage());
    }

    private static void commit(Checkpoints checkpoints, long step) throws IOException {
        Path range = Path.of(checkpoints.root().toUri().getPath(), String.format("step-%08d/range-0", step));
        Files.createDirectories(range.getParent());
        Files.write(range, new byte[1]);
        checkpoints.commit(new Manifest(
                step,
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                List.of(new SnapshotFile("range-0", 1, "00000000", new KeyRange(0, 1)))));
    }

    @Test
    void aRunThatIsToGoOnDoesSoAndStillKeepsTheLastFiniteCheckpoint() throws IOException {
        RunConfiguration configuration = runs.configuration("on", 2, 1);
        ToyEngineProvider.noNumberFor(key -> key.step() >= 7);
        assertStops(configuration, 8, "the checkpoint of step 5 is kept");
        Heard heard = new Heard();
        TrainingResult result = run(going(configuration), heard);
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.exports()).hasSize(1);
        assertThat(heard.lines)
                .filteredOn(line -> line.contains("diverged"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("the loss of step 8 is NaN: the training has diverged and goes on, as"));
        assertThat(checkpoints("on")).contains("step-00000005", "step-00000020", "step-00000021");
    }

    /** The loss of the last step is a number, its update is none: no later loss would tell. */
    @Test
    void aModelWithoutNumbersIsNotExported() throws IOException {
        ToyEngineProvider.onlyGradientsFor(key -> key.step() == SmallRuns.STEPS - 1);
        RunConfiguration configuration = runs.configuration("last", 2, 1);
        try {
            assertThatThrownBy(() -> run(configuration, new Heard()))
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageMatching("the model of step 21: [a-z0-9.]+ holds NaN: the training has diverged; .*"
                            + "the checkpoint of step 20 is kept, .*");
        } finally {
            ToyEngineProvider.onlyGradientsFor(key -> false);
        }
        assertThat(runs.of("last").resolve("model.safetensors")).doesNotExist();
        assertThat(checkpoints("last")).last().isEqualTo("step-00000020");
    }
}
