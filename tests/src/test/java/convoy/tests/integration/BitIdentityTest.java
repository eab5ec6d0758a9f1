package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.LossChoice;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.Outputs;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.configuration.Resources;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.configuration.Validation;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.text.Sha256;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first promise, on GoogLeNet: batch norm, dropout, auxiliary heads, label smoothing, augmentation, mixtures, clipping.
 * Whoever computes what, the trained model has the same bytes.
 */
final class BitIdentityTest {
    /** Two workers are in the run that is stopped: {@code -Dlong.tests=true} has a whole one too. */
    private static final List<Integer> WORKERS = Boolean.getBoolean("long.tests") ? List.of(1, 2, 3) : List.of(1, 3);

    private static RunConfiguration configuration(
            Path directory, String train, String validation, String name, int workers, int servers) {
        return RunConfiguration.defaults()
                .with()
                .name(name)
                .runs(directory.resolve("runs").toUri().toString())
                .seed(7)
                .network(NetworkChoice.of("googlenet"))
                .data(DataChoice.of(train)
                        .with()
                        .validation(Optional.of(Validation.at(validation)))
                        .transforms(List.of(new PadCrop(2), new Flip(0.5), ColorJitter.defaults()))
                        .mix(List.of(Mix.Mixup.defaults(), Mix.Cutmix.defaults()))
                        .build())
                .steps(Steps.defaults().with().epochs(1).microBatch(4).build())
                .optimization(Optimization.defaults()
                        .with()
                        .schedule(LearningRate.defaults()
                                .with()
                                .rate(0.05)
                                .curve(new LearningRate.Cosine(0))
                                .build())
                        .weightDecay(new WeightDecay(5e-4, WeightDecay.Scope.WEIGHTS))
                        .clipNorm(Optional.of(5.0))
                        .labelSmoothing(new LabelSmoothing(0.1))
                        .build())
                .resources(Resources.defaults()
                        .with()
                        .workers(workers)
                        .servers(servers)
                        .build())
                .outputs(Outputs.defaults()
                        .with()
                        .checkpoint(CheckpointPlan.defaults().withEveryEpochs(Optional.empty()))
                        .export(List.of(ExportFormat.SAFETENSORS, ExportFormat.DL4J))
                        .build())
                .build();
    }

    private static TrainingResult run(SparkApplication spark, RunConfiguration configuration, Optional<Long> stop) {
        return SparkTraining.run(spark, configuration, new TrainingOptions(run -> "", stop), TrainingListener.silent());
    }

    @Test
    void oneTwoAndThreeWorkersOneAndTwoServersStoppedAndResumed(@TempDir Path directory) throws IOException {
        String train = DrawnData.write(directory.resolve("train"), 64, 1);
        String validation = DrawnData.write(directory.resolve("validation"), 24, 2);
        Map<String, TrainingResult> results = new LinkedHashMap<>();
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[3]"), "bit identity", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0))) {
            for (int workers : WORKERS) {
                int servers = workers == 1 ? 1 : 2;
                String name = workers + "-workers-" + servers + "-servers";
                results.put(
                        name,
                        run(
                                spark,
                                configuration(directory, train, validation, name, workers, servers),
                                Optional.empty()));
            }
            TrainingResult stopped =
                    run(spark, configuration(directory, train, validation, "stopped", 2, 1), Optional.of(1L));
            assertThat(stopped.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED);
            assertThat(stopped.step()).isEqualTo(1);
            results.put(
                    "stopped",
                    run(spark, configuration(directory, train, validation, "stopped", 1, 2), Optional.empty()));
        }
        TrainingResult first = results.values().iterator().next();
        String expected = sha256(first);
        for (Map.Entry<String, TrainingResult> each : results.entrySet()) {
            TrainingResult result = each.getValue();
            System.out.println(each.getKey() + ": " + sha256(result));
            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
            assertThat(result.step()).isEqualTo(2);
            assertThat(result.exports()).hasSize(2);
            assertThat(sha256(result)).as(each.getKey()).isEqualTo(expected);
            assertThat(result.evaluation()).as(each.getKey()).isEqualTo(first.evaluation());
        }
    }

    /** Weighted classes, drawn evenly, on a network that learns. */
    @Test
    void unequalClassesToo(@TempDir Path directory) throws IOException {
        unequalClasses("libtorch", directory);
    }

    /** In verify its few steps below. */
    @Test
    @LongTest
    void unequalClassesWithTheOtherEngineToo(@TempDir Path directory) throws IOException {
        unequalClasses("nd4j", directory);
    }

    private static void unequalClasses(String engine, Path directory) throws IOException {
        String train = DrawnData.write(
                directory.resolve("train"), 96, 1, id -> id % 16 == 0 ? 3 : id % 8 == 1 ? 2 : id % 4 == 2 ? 1 : 0);
        String validation = DrawnData.write(directory.resolve("validation"), 40, 2);
        String name = engine + "-1-workers";
        RunConfiguration plain = configuration(directory, train, validation, name, 1, 1);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[3]"),
                "unequal classes",
                Map.of("spark.ui.enabled", "false"),
                new RunSize(2, 1, 0))) {
            TrainingResult alone = run(spark, unequal(plain, engine, name, 1), Optional.empty());
            TrainingResult three = run(spark, unequal(plain, engine, engine + "-3-workers", 3), Optional.empty());
            assertThat(sha256(three)).as("3 workers").isEqualTo(sha256(alone));
            assertThat(three.evaluation()).isEqualTo(alone.evaluation());
            assertThat(run(spark, unequal(plain, engine, "stopped", 3), Optional.of(4L))
                            .step())
                    .isEqualTo(4);
            assertThat(sha256(run(spark, unequal(plain, engine, "stopped", 2), Optional.empty())))
                    .as("stopped, and then 2 workers")
                    .isEqualTo(sha256(alone));
        }
    }

    /** The least of it, for each instruction set: see {@link EachInstructionSetTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"nd4j", "libtorch"})
    void aFewStepsOfOneAndTwoWorkers(String engine, @TempDir Path directory) throws IOException {
        String train = DrawnData.write(directory.resolve("train"), 32, 1);
        String validation = DrawnData.write(directory.resolve("validation"), 16, 2);
        RunConfiguration plain = configuration(directory, train, validation, engine, 1, 1);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "few steps", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0))) {
            TrainingResult alone = run(spark, unequal(plain, engine, engine + "-1", 1), Optional.empty());
            TrainingResult both = run(spark, unequal(plain, engine, engine + "-2", 2), Optional.empty());
            assertThat(sha256(both)).isEqualTo(sha256(alone));
            assertThat(both.evaluation()).isEqualTo(alone.evaluation());
        }
    }

    private static RunConfiguration unequal(RunConfiguration plain, String engine, String name, int workers) {
        ClassWeights weights = new ClassWeights.Given(List.of(1.0, 2.0, 0.5, 3.0));
        return plain.with()
                .name(name)
                .network(NetworkChoice.of("resnet20_cifar"))
                .data(plain.data().withSampling(Sampling.BALANCED))
                .steps(plain.steps().withEpochs(2))
                .optimization(
                        plain.optimization().withLoss(LossChoice.defaults().withClassWeights(weights)))
                .computation(plain.computation().by(engine))
                .resources(Resources.defaults().withWorkers(workers))
                .outputs(plain.outputs().withExport(List.of()))
                .build();
    }

    private static String sha256(TrainingResult result) throws IOException {
        return Sha256.digits(
                Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath())));
    }
}
