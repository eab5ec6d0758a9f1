package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.ForkedDriver;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.lease.HeldByAnotherException;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.Pool;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.driver.spark.training.Slots;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several runs train at a time in one application, and none is anything to the others. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class SeveralRunsTest {
    private static final int RUNS = 8;
    private static final int TERMINATED = 128 + 15;

    @AfterEach
    void beGood() {
        ToyEngineProvider.noNumberFor(key -> false);
        ToyEngineProvider.beforeEachGradient(key -> {});
    }

    /** Settings of an application of several runs. */
    static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Allotment.settings());
        settings.put("spark.ui.enabled", "false");
        return settings;
    }

    private static SparkApplication start(String master) {
        return SparkApplication.start(Optional.of(master), "several runs", settings(), new RunSize(2, 1, 0));
    }

    /** Run number {@code i}, of one epoch, which differs from the others in its seed alone. */
    static RunConfiguration numbered(SmallRuns runs, int i) {
        return SmallRuns.lasting(runs.configuration("run-" + i, 1, 1).withSeed(100 + i), 1);
    }

    /** One that is not over soon, and takes no server for lost that is only slow: two processes begin beside it. */
    static RunConfiguration longer(SmallRuns runs, int i) {
        RunConfiguration run = SmallRuns.lasting(numbered(runs, i), 10);
        return run.withPatience(run.patience().withSilent(20).withLost(20));
    }

    private static List<RunConfiguration> all(SmallRuns runs, int count) {
        return IntStream.range(0, count).mapToObj(i -> numbered(runs, i)).toList();
    }

    private static List<String> sums(List<TrainingResult> results) throws IOException {
        List<String> sums = new ArrayList<>();
        for (TrainingResult result : results) {
            assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
            sums.add(SmallRuns.sha256(result));
        }
        return sums;
    }

    /** The models' checksums of the runs, each trained with nobody beside it. */
    private static List<String> alone(List<RunConfiguration> runs) throws IOException {
        List<TrainingResult> results = new ArrayList<>();
        try (SparkApplication spark = start("local[2]")) {
            for (RunConfiguration run : runs) {
                results.add(SparkTraining.run(spark, run, TrainingOptions.defaults(), TrainingListener.silent()));
            }
        }
        return sums(results);
    }

    @Test
    void eachEndsWithTheBitsThatItHasAloneWhetherItWaitsForAPlaceOrForSpark(@TempDir Path directory) throws Exception {
        List<String> expected = alone(all(new SmallRuns(directory.resolve("alone")), RUNS));
        assertThat(expected).doesNotHaveDuplicates();

        SmallRuns together = new SmallRuns(directory.resolve("together"));
        try (SparkApplication spark = start("local[2]")) {
            SeveralRuns several = new SeveralRuns(spark);
            assertThat(sums(several.train(all(together, RUNS)))).isEqualTo(expected);
            assertThat(several.most()).isEqualTo(2);
        }
        SmallRuns crowded = new SmallRuns(directory.resolve("crowded"));
        try (SparkApplication spark = start("local[8]")) {
            SeveralRuns several = new SeveralRuns(spark);
            CountDownLatch allTrain = new CountDownLatch(RUNS);
            Map<Long, Boolean> begun = new ConcurrentHashMap<>();
            ToyEngineProvider.beforeEachGradient(key -> {
                if (begun.putIfAbsent(key.seed(), true) == null) {
                    allTrain.countDown();
                }
                await(allTrain);
            });
            assertThat(sums(several.train(all(crowded, RUNS)))).isEqualTo(expected);
            assertThat(several.most()).isEqualTo(RUNS);
            assertThat(ConvoyPlugin.membership().orElseThrow().runCount())
                    .as("all are forgotten")
                    .isZero();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS))
                    .as("all train at once")
                    .isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneThatDivergesOneOfBadInputAndOneThatIsInterruptedLeaveTheOthersAlone(@TempDir Path directory)
            throws Exception {
        List<String> expected = alone(all(new SmallRuns(directory.resolve("alone")), 2));
        SmallRuns runs = new SmallRuns(directory.resolve("together"));
        CountDownLatch harm = new CountDownLatch(1);
        ToyEngineProvider.noNumberFor(key -> key.seed() == 102 && key.step() == 3);
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.seed() == 103 && key.step() == 2) {
                throw new BadInputException("label = 7 is no class");
            }
            if (key.seed() == 104 && key.step() == 4) {
                harm.countDown();
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try (SparkApplication spark = start("local[5]")) {
            List<Future<TrainingResult>> begun = new SeveralRuns(spark)
                    .begin(
                            threads,
                            IntStream.range(0, 5)
                                    .mapToObj(i -> numbered(runs, i))
                                    .toList(),
                            run -> new Heard());
            await(harm);
            assertThat(begun.get(4).cancel(true)).isTrue();
            assertThatThrownBy(() -> begun.get(2).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageContaining("the loss of step 4 is NaN: the training has diverged");
            assertThatThrownBy(() -> begun.get(3).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("label = 7 is no class");
            assertThat(sums(List.of(begun.get(0).get(), begun.get(1).get()))).isEqualTo(expected);

            ToyEngineProvider.noNumberFor(key -> false);
            ToyEngineProvider.beforeEachGradient(key -> {});
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS))
                    .as("the interrupted one too")
                    .isTrue();
            assertThat(new SeveralRuns(spark).train(List.of(numbered(runs, 2), numbered(runs, 3), numbered(runs, 4))))
                    .as("and all go on in the same application")
                    .allMatch(result -> result.outcome() == Outcome.COMPLETED);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void runsOfOneNameInTwoFoldersAreTwoRuns(@TempDir Path directory) throws Exception {
        SmallRuns here = new SmallRuns(directory.resolve("here"));
        SmallRuns there = new SmallRuns(directory.resolve("there"));
        List<RunConfiguration> two =
                List.of(numbered(here, 1), numbered(there, 1).withSeed(7));
        List<TrainingResult> results;
        try (SparkApplication spark = start("local[2]")) {
            results = new SeveralRuns(spark).train(two);
        }
        assertThat(sums(results)).doesNotHaveDuplicates();
        assertThat(sums(results).get(0))
                .isEqualTo(
                        alone(all(new SmallRuns(directory.resolve("alone")), 2)).get(1));
    }

    @Test
    void aRunIsPlacedOnAKindOfProcessor(@TempDir Path directory) throws Exception {
        SmallRuns runs = new SmallRuns(directory);
        Allotment any = new Allotment(Pool.DEFAULT, 1);
        try (SparkApplication spark = start("local[2]")) {
            // When it has ended, the executor has told of itself.
            SparkTraining.run(spark, numbered(runs, 2), TrainingOptions.defaults(), TrainingListener.silent());
            assertThat(Slots.byProcessor(spark, ToyEngineProvider.NAME)).isEqualTo(Map.of("toy-1", 2));
            assertThat(SparkTraining.run(
                                    spark,
                                    any.on("toy-1"),
                                    numbered(runs, 0),
                                    TrainingOptions.defaults(),
                                    TrainingListener.silent())
                            .outcome())
                    .isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void aRunThatIsBeingTrainedIsRefusedToAnother(@TempDir Path directory) throws Exception {
        SmallRuns runs = new SmallRuns(directory);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 3) {
                begun.countDown();
                await(refused);
            }
        });
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (SparkApplication spark = start("local[2]")) {
            Future<TrainingResult> first = new SeveralRuns(spark)
                    .begin(threads, List.of(numbered(runs, 0)), run -> new Heard())
                    .get(0);
            await(begun);
            assertThatThrownBy(() -> SparkTraining.run(
                            spark, numbered(runs, 0), TrainingOptions.defaults(), TrainingListener.silent()))
                    .isInstanceOf(HeldByAnotherException.class)
                    .hasMessageStartingWith("run 'run-0' is held by process ")
                    .hasMessageNotContaining("\n");
            refused.countDown();
            assertThat(first.get().outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(runs.figures("run-0")).hasSize(7 + 1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKilledExecutorCostsAllRunsOnlyTimeAndTheSignalToEndStopsAllOfThem(@TempDir Path directory) throws Exception {
        String place = directory.resolve("together").toString();
        ForkedDriver driver = ForkedDriver.start(directory, SeveralRunsMain.class, place);
        driver.awaitLine("all are at step 2");
        driver.awaitLine("all are at step 6");
        driver.terminate();
        List<String> printed = driver.await(TERMINATED);
        assertThat(printed).anyMatch(line -> line.startsWith("run-") && line.contains("was lost"));
        List<RunConfiguration> left = new ArrayList<>();
        List<RunConfiguration> undisturbed = new ArrayList<>();
        SmallRuns runs = new SmallRuns(Path.of(place));
        SmallRuns apart = new SmallRuns(directory.resolve("alone"));
        for (int i = 0; i < SeveralRunsMain.RUNS; i++) {
            String name = "run-" + i;
            assertThat(printed)
                    .as("each ends with a checkpoint")
                    .anyMatch(line -> line.startsWith(name + ": STOPPED at "));
            left.add(longer(runs, i));
            undisturbed.add(longer(apart, i));
        }
        List<TrainingResult> resumed;
        try (SparkApplication spark = start("local[2]")) {
            resumed = new SeveralRuns(spark).train(left);
        }
        assertThat(sums(resumed)).isEqualTo(alone(undisturbed));
    }
}
