package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.FineTuning.FrozenNorms;
import convoy.driver.configuration.FineTuning.Rate;
import convoy.driver.configuration.FineTuning.Unfreeze;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Outputs;
import convoy.driver.configuration.Patience;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.configuration.WeightsChoice.HeadWeights;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.model.ExportForm;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.ModelExport;
import convoy.driver.model.StoredModel;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.update.Optimizer;
import convoy.records.BadInputException;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on a real Spark and real servers in one process, around an engine that costs nothing. */
final class TrainingTest {
    private static SmallRuns runs;
    private static SparkApplication spark;

    /** What tasks that take every place wait for; static, since a closure would be copied. */
    private static CountDownLatch hog = new CountDownLatch(0);

    /** What a run of these settings ends with, told by the first of them. */
    private static Optional<String> expected = Optional.empty();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        runs = new SmallRuns(directory);
        spark = SparkApplication.start(
                Optional.of("local[4]"), "training test", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @AfterEach
    void beGood() {
        ToyEngineProvider.beforeEachGradient(key -> {});
        ToyEngineProvider.computeElsewhere(false);
    }

    private static RunConfiguration configuration(String name, int workers, int servers) {
        return runs.configuration(name, workers, servers);
    }

    private static TrainingResult run(RunConfiguration configuration) {
        return SparkTraining.run(spark, configuration, TrainingOptions.defaults(), new Heard());
    }

    private static TrainingResult run(RunConfiguration configuration, long stopAfterStep) {
        return SparkTraining.run(
                spark,
                configuration,
                new TrainingOptions(run -> "engine: " + run.computation().engine() + "\n", Optional.of(stopAfterStep)),
                new Heard());
    }

    /** The model's checksum, the same for every run of these settings. */
    private static void assertSameModel(TrainingResult result) throws IOException {
        assertThat(result.step()).isEqualTo(SmallRuns.STEPS);
        String sum = SmallRuns.sha256(result);
        if (expected.isEmpty()) {
            expected = Optional.of(sum);
        }
        assertThat(sum).isEqualTo(expected.get());
    }

    @Test
    void theModelHasTheSameBitsOnAnyNumberOfWorkersAndServersAndSoHaveTheFigures() throws IOException {
        TrainingResult alone = run(configuration("one", 1, 1));
        assertThat(alone.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(ConvoyPlugin.membership().orElseThrow().progress().step())
                .as("what Spark's metrics show")
                .isEqualTo(SmallRuns.STEPS);
        assertSameModel(alone);
        assertThat(runs.figures("one")).hasSize(SmallRuns.STEPS + SmallRuns.EPOCHS);
        assertThat(alone.evaluation().orElseThrow().rows()).isEqualTo(SmallRuns.VALIDATION_ROWS);
        for (int workers = 2; workers <= 3; workers++) {
            String name = "of-" + workers;
            TrainingResult result = run(configuration(name, workers, workers == 2 ? 1 : 2));
            assertSameModel(result);
            assertThat(runs.figures(name)).isEqualTo(runs.figures("one"));
            assertThat(result.evaluation()).isEqualTo(alone.evaluation());
        }
    }

    @Test
    void aRunGoesOnOnlyOnTheKindOfProcessorThatItWasBegunOn() throws IOException {
        run(configuration("moved", 2, 1), 9);
        ToyEngineProvider.computeElsewhere(true);
        assertThatThrownBy(() -> run(configuration("moved", 1, 1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("the run computes on processor = toy-1, worker 0 on ")
                .hasMessageContaining(" has toy-2, which gives other bits: ");
        ToyEngineProvider.computeElsewhere(false);
        assertSameModel(run(configuration("moved", 1, 1)));
    }

    @Test
    void aStoppedRunGoesOnWithOtherWorkersAndServersAndIsThenComplete() throws IOException {
        TrainingResult stopped = run(configuration("stopped", 2, 1), 9);
        assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(stopped.step()).isEqualTo(9);
        assertThat(stopped.exports()).isEmpty();
        assertThat(runs.of("stopped").resolve("run.yaml")).hasContent("engine: toy");

        // What is left open on resuming is what the run was begun with.
        TrainingResult again = run(configuration("stopped", 1, 2).withComputation(new EngineChoice("auto", "cpu")), 16);
        assertThat(again.step()).isEqualTo(16);
        assertThat(runs.of("stopped").resolve("run.yaml")).hasContent("engine: toy");
        TrainingResult resumed = run(configuration("stopped", 3, 1));
        assertThat(resumed.outcome()).isEqualTo(Outcome.COMPLETED);
        assertSameModel(resumed);

        List<String> before = runs.figures("stopped");
        TrainingResult complete = run(configuration("stopped", 1, 1));
        assertThat(complete.outcome()).isEqualTo(Outcome.ALREADY_COMPLETE);
        assertThat(complete.evaluation()).isEqualTo(resumed.evaluation());
        assertSameModel(complete);
        assertThat(runs.figures("stopped")).isEqualTo(before);

        run(configuration("in-one-go", 1, 1));
        assertThat(before).isEqualTo(runs.figures("in-one-go"));
    }

    @Test
    void normsByLayerAreTheSameOnAnyWorkersAndServersAndAfterAResume() throws IOException {
        assertSameModel(run(measured("norms-1", 1, 1)));
        List<String> norms = runs.norms("norms-1");
        assertThat(norms).hasSize(SmallRuns.STEPS / 3);
        for (int i = 0; i < norms.size(); i++) {
            assertThat(norms.get(i))
                    .startsWith("{\"kind\":\"norms\",\"step\":" + 3 * (i + 1) + ",\"layers\":[{\"layer\":\"conv1\",")
                    .contains("\"layer\":\"fc\",\"kind\":\"dense\",\"gradient\":")
                    .doesNotContain("null", "running");
        }
        assertSameModel(run(measured("norms-2", 2, 3)));
        assertThat(runs.norms("norms-2")).isEqualTo(norms);
        // Its checkpoint is of a step that is measured: the line is there before it is.
        assertThat(run(measured("norms-3", 2, 1), 9).step()).isEqualTo(9);
        assertThat(runs.norms("norms-3")).isEqualTo(norms.subList(0, 3));
        assertSameModel(run(measured("norms-3", 1, 2)));
        assertThat(runs.norms("norms-3")).isEqualTo(norms);
    }

    private static RunConfiguration measured(String name, int workers, int servers) {
        return SmallRuns.measured(configuration(name, workers, servers), 3);
    }

    @Test
    void aModelThatWasNotWrittenBeforeTheProcessDiedIsWrittenByTheNextCall() throws IOException {
        TrainingResult result = run(configuration("no-model", 1, 1));
        Files.delete(runs.of("no-model").resolve("model.safetensors"));
        assertSameModel(run(configuration("no-model", 1, 1)));
        assertThat(result.exports()).hasSize(1);
    }

    @Test
    void aCompleteRunThatIsGivenMoreEpochsWritesItsModelAnew() throws IOException {
        LearningRate constant =
                LearningRate.defaults().with().rate(0.1).warmUp(1).build();
        RunConfiguration three =
                SmallRuns.optimized(configuration("longer", 1, 1), rule -> rule.withSchedule(constant));
        String two = SmallRuns.sha256(run(SmallRuns.lasting(three, 2)));
        TrainingResult longer = run(three);
        assertThat(longer.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(SmallRuns.sha256(longer))
                .isNotEqualTo(two)
                .isEqualTo(SmallRuns.sha256(run(three.withName("at-once"))));
    }

    @Test
    void aWorkerThatFailsOnceIsStartedAgainAndTheBitsAreTheSame() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 8 && key.microBatch() == 5 && calls.getAndIncrement() == 0) {
                throw new IllegalStateException("a cosmic ray");
            }
        });
        Heard heard = new Heard();
        TrainingResult result =
                SparkTraining.run(spark, configuration("cosmic", 2, 2), TrainingOptions.defaults(), heard);
        assertSameModel(result);
        assertThat(heard.lines).anyMatch(line -> line.contains("failed") && line.contains("a cosmic ray"));
        assertThat(heard.lines).anyMatch(line -> line.contains("(attempt 2) joined"));
        assertThat(heard.steps).hasSize(SmallRuns.STEPS).isSorted();
    }

    @Test
    void aWorkerThatAlwaysFailsEndsTheRunSoonWithItsCause() {
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 6 && key.microBatch() == 2) {
                throw new IllegalStateException("broken for good");
            }
        });
        long begun = System.nanoTime();
        assertThatThrownBy(() -> run(configuration("broken", 2, 1)))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("broken for good")
                .hasMessageNotContaining("\n")
                .satisfies(failure -> assertThat(((TrainingFailedException) failure).workerTrace())
                        .contains("TrainingTest"));
        assertThat((System.nanoTime() - begun) / 1e9).isLessThan(40);
    }

    /** Of one of these Spark would end the process, which here is the driver's too. */
    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, StackOverflowError.class, NoClassDefFoundError.class})
    void anErrorInAWorkerEndsTheRunAsAnExceptionDoes(Class<? extends Error> kind) {
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 6 && key.microBatch() == 2) {
                throw error(kind);
            }
        });
        assertThatThrownBy(() -> run(configuration("error-" + kind.getSimpleName(), 2, 1)))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessage(kind.getName() + ": of a library");
    }

    private static Error error(Class<? extends Error> kind) {
        try {
            return kind.getConstructor(String.class).newInstance("of a library");
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void badInputThatAWorkerFindsIsOneLineAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        ToyEngineProvider.beforeEachGradient(key -> {
            calls.incrementAndGet();
            throw new BadInputException("part-0.parquet is truncated: import again");
        });
        assertThatThrownBy(() -> run(configuration("truncated", 1, 1)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("part-0.parquet is truncated: import again");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aFrozenWorkersMicroBatchesAreDoneByTheOther() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() == 4 && key.microBatch() == 6 && calls.getAndIncrement() == 0) {
                pause(6000);
            }
        });
        long begun = System.nanoTime();
        TrainingResult result = run(configuration("frozen", 2, 1));
        assertSameModel(result);
        assertThat(calls.get())
                .as("the late micro-batch was computed by the other")
                .isGreaterThan(1);
        assertThat((System.nanoTime() - begun) / 1e9).isLessThan(40);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anotherConfigurationIsRefusedByTheKeysThatDiffer() {
        run(configuration("other", 1, 1), 5);
        RunConfiguration other = SmallRuns.optimized(
                configuration("other", 1, 1).withSeed(8), rule -> rule.withOptimizer(new Optimizer.Momentum(0.8)));
        assertThatThrownBy(() -> run(other))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("seed = 8 (it was 7)")
                .hasMessageContaining("optimizer = {kind: momentum, momentum: 0.8} (it was nesterov)")
                .hasMessageNotContaining("micro-batch")
                .hasMessageNotContaining("\n");
    }

    private static void damage(String name, String step) throws IOException {
        Path range = runs.of(name).resolve("checkpoints/" + step + "/range-00001-of-00002.1000001.safetensors");
        byte[] bytes = Files.readAllBytes(range);
        bytes[bytes.length / 2] ^= 4;
        Files.write(range, bytes);
    }

    @Test
    void fromADamagedCheckpointTheOneBeforeItIsGoneOnFrom() throws IOException {
        run(configuration("damaged", 1, 2), 10);
        damage("damaged", "step-00000010");
        Heard heard = new Heard();
        TrainingResult resumed =
                SparkTraining.run(spark, configuration("damaged", 1, 1), TrainingOptions.defaults(), heard);
        assertSameModel(resumed);
        assertThat(heard.lines)
                .filteredOn(line -> line.contains("damaged: "))
                .singleElement()
                .asString()
                .startsWith("the checkpoint of step 10 is damaged: ")
                .endsWith("; going on from the checkpoint of step 5");
    }

    @Test
    void aRunWhoseCheckpointsAreAllDamagedIsRefused() throws IOException {
        run(configuration("all-damaged", 1, 2), 5);
        damage("all-damaged", "step-00000005");
        assertThatThrownBy(() -> run(configuration("all-damaged", 1, 1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("range-00001-of-00002.1000001.safetensors is damaged")
                .hasMessageContaining("has no whole checkpoint")
                .hasMessageNotContaining("\n");
    }

    @Test
    void moreWorkersThanSlotsBeginWithThoseThatAreThereAndSaySo() throws IOException {
        Heard heard = new Heard();
        TrainingResult result =
                SparkTraining.run(spark, configuration("slots", 6, 1), TrainingOptions.defaults(), heard);
        assertSameModel(result);
        assertThat(heard.lines).anyMatch(line -> line.contains("beginning with 4 of 6 workers"));
    }

    @Test
    void withFewerWorkersThanItNeedsARunDoesNotBegin() throws IOException {
        RunConfiguration many = configuration("too-few", 6, 1);
        RunConfiguration needsFive = many.withResources(many.resources().withLeastWorkers(5))
                .withPatience(many.patience().with().start(0.5).anyone(1.5).build());
        assertThatThrownBy(() -> run(needsFive))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("nothing began within 1.5 s: 4 workers of least-workers = 5 have started: ")
                .hasMessageNotContaining("\n");
        assertSameModel(run(many.withResources(many.resources().withLeastWorkers(4))));
    }

    private static Evaluation.Request scoring(TrainingResult result) {
        return EvaluationRequestBuilder.builder()
                .metrics(List.of())
                .model(result.exports().get(0))
                .network(NetworkChoice.of(""))
                .data(runs.validation())
                .transforms(new Transforms(List.of()))
                .batch(4)
                .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                .threads(1)
                .tasks(2)
                .build();
    }

    @Test
    void aStoredModelIsScoredAsTheRunScoredIt() {
        TrainingResult result = run(configuration("scored", 1, 1));
        Evaluation.Request request = scoring(result);
        List<Long> progress = new ArrayList<>();
        EvaluationResult scored = Evaluation.run(spark, request, (rows, all) -> progress.add(rows));
        assertThat(Optional.of(scored)).isEqualTo(result.evaluation());
        assertThat(progress).endsWith(90L);
    }

    @Test
    void tasksThatWouldShareAGpuAreRefused() {
        TrainingResult result = run(configuration("scored-together", 1, 1));
        Evaluation.Request request = scoring(result).withEngine(new EngineChoice(ToyEngineProvider.NAME, "cuda"));
        assertThatThrownBy(() -> Evaluation.run(spark, request, (rows, all) -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("device = cuda with tasks = 2, and Spark gives no task a GPU");
    }

    @Test
    void aModelOfAnotherNetworkIsRefused() {
        TrainingResult result = run(configuration("scored-wrong", 1, 1));
        Evaluation.Request request = scoring(result).withNetwork(NetworkChoice.of("resnet32_cifar"));
        assertThatThrownBy(() -> Evaluation.run(spark, request, (rows, all) -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is of resnet20_cifar, not of resnet32_cifar");
    }

    private void export(TrainingResult of, Path to) {
        ModelExport.run(
                spark.context().hadoopConfiguration(),
                of.directory(),
                ExportForm.of(Outputs.ExportFormat.SAFETENSORS),
                to.toUri().toString());
    }

    /** Whatever lay where a model was to go was cut to nothing before the model was whole. */
    @Test
    void anExportReplacesNothingButAnEarlierExport() throws IOException {
        TrainingResult trained = run(configuration("exported", 1, 1), 1);
        Path run = runs.of("exported");
        Path to = run.resolveSibling("exported.safetensors");
        export(trained, to);
        byte[] first = Files.readAllBytes(to);
        export(trained, to);
        assertThat(to).hasBinaryContent(first);
        Path thesis = Files.writeString(run.resolveSibling("thesis.txt"), "years of work");
        Path folder = Files.createDirectories(run.resolveSibling("a-folder"));
        Path range;
        try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
            range = files.filter(file -> file.getFileName().toString().startsWith("range-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] ofRange = Files.readAllBytes(range);
        Path weights = run.resolveSibling("weights.safetensors");
        try (OutputStream out = Files.newOutputStream(weights)) {
            Safetensors.write(out, Map.of("format", "pt"), List.of());
        }
        byte[] ofWeights = Files.readAllBytes(weights);
        for (Path taken : List.of(thesis, folder, range, weights)) {
            assertThatThrownBy(() -> export(trained, taken))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("name another file")
                    .hasMessageNotContaining("\n");
        }
        assertThat(thesis).hasContent("years of work");
        assertThat(folder).isEmptyDirectory();
        assertThat(range).hasBinaryContent(ofRange);
        assertThat(weights).hasBinaryContent(ofWeights);
    }

    @Test
    void aRunStartsFromGivenWeightsAndNeedsThemNoMoreOnceItHasBegun() throws IOException {
        TrainingResult before = run(configuration("before", 1, 1), 1);
        assertThat(before.step()).isEqualTo(1);
        Path given = runs.of("before").resolve("given.safetensors");
        ModelExport.run(
                spark.context().hadoopConfiguration(),
                before.directory(),
                ExportForm.of(Outputs.ExportFormat.SAFETENSORS),
                given.toUri().toString());
        WeightsChoice weights = WeightsChoice.defaults()
                .with()
                .from(given.toUri().toString())
                .head(HeadWeights.FRESH)
                .build();
        NetworkChoice from = NetworkChoice.of("resnet20_cifar").withWeights(Optional.of(weights));

        TrainingResult alone = run(configuration("given", 1, 1).withNetwork(from));
        assertThat(alone.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(SmallRuns.sha256(alone))
                .as("not what a run without weights ends with")
                .isNotEqualTo(SmallRuns.sha256(run(configuration("not-given", 2, 1))));

        RunConfiguration other = configuration("given-2", 2, 1).withNetwork(from);
        run(other, 9);
        Files.delete(given);
        assertThat(SmallRuns.sha256(run(other))).isEqualTo(SmallRuns.sha256(alone));
        assertThatThrownBy(() -> run(configuration("given-2", 2, 1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network.weights.from = nothing (it was ");
        assertThatThrownBy(() -> run(configuration("given-3", 2, 1).withNetwork(from)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("given.safetensors does not exist");
    }

    private static RunConfiguration tuned(String name, int workers, int servers, FrozenNorms norms) {
        return SmallRuns.optimized(
                configuration(name, workers, servers)
                        .withFineTuning(FineTuning.defaults()
                                .with()
                                .freeze(List.of("*"))
                                .unfreeze(List.of(
                                        new Unfreeze("fc", 0), new Unfreeze("layer3.1", 1), new Unfreeze("layer3", 2)))
                                .rates(List.of(new Rate("layer3", 0.5)))
                                .frozenNorms(norms)
                                .build()),
                rule -> rule.withOptimizer(Optimizer.AdamW.defaults()));
    }

    /** Head first, then more and more: on any cluster, stopped within a phase or between two. */
    @Test
    void aRunThatUnfreezesHasTheSameBitsOnAnyClusterAndHoweverOftenItIsStopped() throws IOException {
        Heard heard = new Heard();
        TrainingResult alone = SparkTraining.run(
                spark, tuned("unfrozen", 1, 1, FrozenNorms.TRAINING), TrainingOptions.defaults(), heard);
        assertThat(alone.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(heard.steps).hasSize(SmallRuns.STEPS).isSorted();
        assertThat(heard.lines)
                .contains(
                        "from step 0 on 260 of 269,332 parameters are trained, in 2 of 59 tensors",
                        "from step 7 on 74,244 of 269,332 parameters are trained, in 8 of 59 tensors");
        assertThat(runs.figures("unfrozen")).hasSize(SmallRuns.STEPS + SmallRuns.EPOCHS);
        TrainingResult three = run(tuned("unfrozen-3", 3, 2, FrozenNorms.TRAINING));
        assertThat(SmallRuns.sha256(three)).isEqualTo(SmallRuns.sha256(alone));
        assertThat(three.evaluation()).isEqualTo(alone.evaluation());
        for (long step : new long[] {3, 7, 11, 14}) {
            assertThat(run(tuned("unfrozen-stopped", 2, 1 + (int) step % 2, FrozenNorms.TRAINING), step)
                            .step())
                    .isEqualTo(step);
        }
        TrainingResult resumed = run(tuned("unfrozen-stopped", 2, 2, FrozenNorms.TRAINING));
        assertThat(SmallRuns.sha256(resumed)).isEqualTo(SmallRuns.sha256(alone));
        assertThat(runs.figures("unfrozen-stopped")).isEqualTo(runs.figures("unfrozen"));
        assertThatThrownBy(() -> run(tuned("unfrozen-stopped", 2, 2, FrozenNorms.INFERENCE)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("fine-tuning.frozen-norms = inference (it was training);");
    }

    @Test
    void whatIsFrozenIsInNoCheckpointAndEndsAsItBegan() throws IOException {
        TrainingResult result = run(tuned("frozen-body", 2, 2, FrozenNorms.INFERENCE));
        StoredModel model = stored(result.exports().get(0));
        StoredModel first = stored(
                runs.of("frozen-body").resolve("initial.safetensors").toUri().toString(), model.description());
        for (Segment segment : NetworkLayout.of(model.description().build()).segments()) {
            boolean trained = segment.name().startsWith("fc.") || segment.name().startsWith("layer3.");
            float[] before = Arrays.copyOfRange(
                    first.values(), segment.begin(), segment.range().end());
            float[] after = Arrays.copyOfRange(
                    model.values(), segment.begin(), segment.range().end());
            assertThat(Arrays.equals(before, after)).as(segment.name()).isEqualTo(!trained);
        }
        long bytes;
        try (Stream<Path> files = Files.list(runs.of("frozen-body").resolve("checkpoints/step-00000021"))) {
            bytes = files.filter(file -> file.getFileName().toString().startsWith("range-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        assertThat(bytes).as("values and two slots of layer3 and fc alone").isLessThan(3 * 4 * 206_000 + 8_000);

        Path initial = runs.of("frozen-body").resolve("initial.safetensors");
        byte[] damaged = Files.readAllBytes(initial);
        damaged[damaged.length - 100] ^= 1;
        Files.write(initial, damaged);
        assertThatThrownBy(() -> run(tuned("frozen-body", 1, 1, FrozenNorms.INFERENCE)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("initial.safetensors, which has what the run never trained, is damaged")
                .hasMessageNotContaining("\n");
    }

    private static StoredModel stored(String uri) {
        Configuration hadoop = spark.context().hadoopConfiguration();
        return StoredModel.read(hadoop, uri, StoredModel.describe(hadoop, uri, Optional.empty()));
    }

    private static StoredModel stored(String uri, ModelDescription description) {
        return StoredModel.read(spark.context().hadoopConfiguration(), uri, description);
    }

    @Test
    void aPatternThatNamesNothingIsOneLineBeforeAnythingStarts() {
        RunConfiguration wrong = configuration("wrong-pattern", 1, 1)
                .withFineTuning(FineTuning.defaults().withFreeze(List.of("layer7")));
        assertThatThrownBy(() -> run(wrong))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("fine-tuning.freeze.0 = 'layer7' names no tensor of resnet20_cifar")
                .hasMessageNotContaining("\n");
        assertThat(runs.of("wrong-pattern")).doesNotExist();
    }

    @Test
    void aRunThatNobodyGivesAPlaceSaysWhatIsMissing() throws Exception {
        hog = new CountDownLatch(1);
        JavaFutureAction<Void> hogs = spark.context()
                .parallelize(new ArrayList<>(List.of(1, 2, 3, 4)), 4)
                .foreachAsync(slot -> hog.await());
        try {
            RunConfiguration impatient = configuration("no-place", 1, 1)
                    .withPatience(Patience.defaults()
                            .with()
                            .start(0.5)
                            .anyone(1.5)
                            .silent(2)
                            .lost(4)
                            .failures(3)
                            .build());
            assertThatThrownBy(() -> run(impatient))
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageContaining("nothing began within 1.5 s: no worker has started")
                    .hasMessageNotContaining("parameter server");
        } finally {
            hog.countDown();
            hogs.get();
        }
    }
}
