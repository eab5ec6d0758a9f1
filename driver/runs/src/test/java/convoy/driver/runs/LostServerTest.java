package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.CheckpointPlanBuilder;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.FullFileSystem;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.ExecutorSide;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that break in an executor that lives. */
final class LostServerTest {
    @AfterEach
    void beGood() {
        ToyEngineProvider.beforeEachGradient(key -> {});
    }

    private static SparkApplication start() {
        return SparkApplication.start(
                Optional.of("local[2]"), "lost server test", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
    }

    @Test
    void lostServersAreRestoredFromTheLastCheckpointAndTheBitsAreTheSame(@TempDir Path directory) throws IOException {
        SmallRuns runs = new SmallRuns(directory);
        AtomicInteger calls = new AtomicInteger();
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 8 && key.microBatch() == 0 && calls.getAndIncrement() == 0) {
                ExecutorSide.current().orElseThrow().closeServers(1);
            }
        });
        Heard heard = new Heard();
        Heard later = new Heard();
        TrainingResult lost;
        TrainingResult without;
        try (SparkApplication spark = start()) {
            lost = SparkTraining.run(
                    spark, SmallRuns.measured(runs.configuration("lost", 2, 2), 2), TrainingOptions.defaults(), heard);
            without = SparkTraining.run(spark, runs.configuration("without", 2, 2), TrainingOptions.defaults(), later);
        }
        assertThat(heard.lines).anyMatch(line -> line.contains("lost; all are restored at step 5"));
        assertThat(heard.steps).hasSize(SmallRuns.STEPS).isSorted();
        assertThat(runs.figures("lost")).hasSize(SmallRuns.STEPS + SmallRuns.EPOCHS);
        assertThat(later.lines)
                .as("a run that begins with a broken server goes on without it")
                .anyMatch(line -> line.contains("1 of 2 servers are there"));
        assertThat(SmallRuns.sha256(lost)).isEqualTo(SmallRuns.sha256(without));
        try (SparkApplication spark = start()) {
            TrainingResult undisturbed = SparkTraining.run(
                    spark,
                    SmallRuns.measured(runs.configuration("undisturbed", 2, 2), 2),
                    TrainingOptions.defaults(),
                    new Heard());
            assertThat(SmallRuns.sha256(lost)).isEqualTo(SmallRuns.sha256(undisturbed));
            assertThat(runs.norms("lost"))
                    .as("norms of steps that were computed twice")
                    .hasSize(SmallRuns.STEPS / 2)
                    .isEqualTo(runs.norms("undisturbed"));
        }
    }

    /** Really: no heap has room for what is wanted while the first range of a checkpoint is written. */
    @Test
    void aServerWithoutMemoryIsRestoredLikeOneThatIsLost(@TempDir Path directory) throws IOException {
        SmallRuns runs = new SmallRuns(directory);
        AtomicInteger wanted = new AtomicInteger();
        Heard heard = new Heard();
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"),
                "server without memory test",
                Map.of("spark.ui.enabled", "false", "spark.hadoop.fs.full.impl", FullFileSystem.class.getName()),
                new RunSize(2, 1, 0))) {
            TrainingResult quiet = SparkTraining.run(
                    spark, runs.configuration("quiet", 2, 2), TrainingOptions.defaults(), new Heard());
            FullFileSystem.fillFor(file -> file.getName().contains("range-00000-of-00002")
                    && file.getParent().getName().equals("step-00000010")
                    && wanted.getAndIncrement() == 0
                    && new long[Integer.MAX_VALUE].length == 0);
            RunConfiguration configuration = runs.configuration("short", 2, 2);
            TrainingResult restored = SparkTraining.run(
                    spark,
                    configuration.withRuns(configuration.runs().replaceFirst("^file:/+", "full:///")),
                    TrainingOptions.defaults(),
                    heard);
            assertThat(wanted.get()).isPositive();
            assertThat(heard.lines)
                    .anyMatch(line -> line.matches(".*was lost; all are restored (at step 5|from memory at step 10)"));
            assertThat(heard.lines).noneMatch(line -> line.contains("of 2 servers are there"));
            assertThat(SmallRuns.sha256(restored)).isEqualTo(SmallRuns.sha256(quiet));
        } finally {
            FullFileSystem.free();
        }
    }

    /** Ten steps after the last checkpoint, and one after a copy: fewer are computed again, and the bits are the same. */
    @Test
    void aLostServerComesBackFromTheOthersMemory(@TempDir Path directory) throws IOException {
        SmallRuns runs = new SmallRuns(directory);
        AtomicInteger calls = new AtomicInteger();
        Set<Long> again = ConcurrentHashMap.newKeySet();
        AtomicBoolean restored = new AtomicBoolean();
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 13 && calls.getAndIncrement() == 0) {
                ExecutorSide.current().orElseThrow().closeServers(1);
                restored.set(true);
            } else if (restored.get() && key.step() < 13) {
                again.add(key.step());
            }
        });
        Heard heard = new Heard();
        TrainingResult lost;
        try (SparkApplication spark = start()) {
            lost = SparkTraining.run(spark, mirrored(runs, "lost", 4), TrainingOptions.defaults(), heard);
        }
        ToyEngineProvider.beforeEachGradient(key -> {});
        assertThat(heard.lines).anyMatch(line -> line.contains("was lost; all are restored from memory at step 12"));
        assertThat(again)
                .as("the steps that were computed twice, of 13 since the checkpoint")
                .containsExactly(12L);
        assertThat(heard.steps).hasSize(SmallRuns.STEPS).isSorted();
        try (SparkApplication spark = start()) {
            TrainingResult quiet =
                    SparkTraining.run(spark, mirrored(runs, "quiet", 0), TrainingOptions.defaults(), new Heard());
            assertThat(SmallRuns.sha256(lost)).isEqualTo(SmallRuns.sha256(quiet));
            assertThat(runs.norms("lost")).hasSize(SmallRuns.STEPS).isEqualTo(runs.norms("quiet"));
        }
    }

    /** With hardly a checkpoint. */
    private static RunConfiguration mirrored(SmallRuns runs, String name, long every) {
        CheckpointPlan plan = CheckpointPlanBuilder.builder(CheckpointPlan.defaults())
                .everyEpochs(Optional.empty())
                .everySteps(Optional.empty())
                .mirrorSteps(every)
                .build();
        return SmallRuns.measured(SmallRuns.keeping(runs.configuration(name, 2, 2), plan), 1);
    }
}
