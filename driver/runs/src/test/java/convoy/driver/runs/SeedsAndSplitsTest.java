package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.LossChoice;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Seeds;
import convoy.driver.configuration.Steps;
import convoy.driver.configuration.Validation;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a study varies, and what it holds fast. Each source of chance has a seed of its own, which changes that source and no
 * other; held-out rows of the training data are never trained on, scored as a data set is, and the same for every cluster.
 */
final class SeedsAndSplitsTest {
    private static final long SEED = 7;

    private final SmallRuns runs;
    private final String unequal;

    SeedsAndSplitsTest(@TempDir Path directory) throws IOException {
        this.runs = new SmallRuns(directory);
        this.unequal = DrawnData.write(directory.resolve("unequal"), 200, 1, SeedsAndSplitsTest::unequal);
    }

    @AfterEach
    void watchNoMore() {
        ToyEngineProvider.watchGradients((key, batch, values) -> {});
    }

    /** 140, 40, 15 and 5 of 200 rows. */
    private static int unequal(int id) {
        int of = id % 40;
        return of == 0 ? 3 : of < 4 ? 2 : of < 12 ? 1 : 0;
    }

    private RunConfiguration configuration(String name, int workers, Validation validation, Sampling sampling) {
        RunConfiguration plain = runs.configuration(name, workers, 1 + workers % 2);
        return plain.withData(plain.data()
                .with()
                .train(unequal)
                .validation(Optional.of(validation))
                .sampling(sampling)
                .build());
    }

    private static ResolvedRun resolve(RunConfiguration configuration) {
        return ResolvedRun.resolve(new Configuration(), configuration);
    }

    private static SparkApplication spark() {
        return SparkApplication.start(
                Optional.of("local[4]"), "splits", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
    }

    private static TrainingResult train(SparkApplication spark, RunConfiguration configuration) {
        return SparkTraining.run(spark, configuration, TrainingOptions.defaults(), new Heard());
    }

    private static Set<Integer> images(Batch batch) {
        Set<Integer> images = new HashSet<>();
        int size = batch.images().length / batch.examples();
        for (int i = 0; i < batch.examples(); i++) {
            images.add(Arrays.hashCode(Arrays.copyOfRange(batch.images(), i * size, (i + 1) * size)));
        }
        return images;
    }

    private static Set<Integer> images(DataSet data) throws InterruptedException {
        Set<Integer> images = new HashSet<>();
        try (EvaluationReader reader =
                new EvaluationReader(data, Transforms.of(), 0, data.rows(), 16, PipelineOptions.defaults())) {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                images.addAll(images(next.get()));
            }
        }
        return images;
    }

    /** And every other row is. */
    @Test
    void noHeldOutRowIsTrainedOn() throws InterruptedException {
        DataSet data = DataSet.open(new Configuration(), unequal);
        Set<Integer> all = images(data);
        assertThat(all).hasSize(200);
        Set<Integer> folds = new HashSet<>();
        try (SparkApplication spark = spark()) {
            for (int fold = 0; fold < 2; fold++) {
                Set<Integer> trained = ConcurrentHashMap.newKeySet();
                ToyEngineProvider.watchGradients((key, batch, values) -> trained.addAll(images(batch)));
                RunConfiguration run = configuration("fold-" + fold, 2, Validation.ofFold(5, fold), Sampling.SHUFFLED);
                train(spark, run.withData(run.data().withTransforms(List.of())));
                Set<Integer> heldOut =
                        images(data.split(new Split.Fold(5, fold, 0)).heldOut());
                assertThat(heldOut).hasSize(40).doesNotContainAnyElementsOf(trained);
                assertThat(folds).doesNotContainAnyElementsOf(heldOut);
                folds.addAll(heldOut);
                trained.addAll(heldOut);
                assertThat(trained).isEqualTo(all);
            }
        }
    }

    /** And after a stop in the middle of an epoch. */
    @Test
    void theModelAndItsFiguresAreTheSameOnAnyNumberOfWorkersAndAfterAStop() throws IOException {
        Validation fifth = Validation.ofShare(0.2);
        try (SparkApplication spark = spark()) {
            Set<String> models = new TreeSet<>();
            for (Sampling sampling : Sampling.values()) {
                TrainingResult alone = train(spark, configuration(sampling + "-1", 1, fifth, sampling));
                String model = SmallRuns.sha256(alone);
                models.add(model);
                assertThat(alone.evaluation().orElseThrow().rows()).isEqualTo(40);
                // 160 rows in 8 streams of 20, in micro-batches of 4: 5 steps an epoch.
                assertThat(alone.step()).isEqualTo(5 * SmallRuns.EPOCHS);
                for (int workers = 2; workers <= 3; workers++) {
                    String name = sampling + "-" + workers;
                    assertThat(SmallRuns.sha256(train(spark, configuration(name, workers, fifth, sampling))))
                            .as(name)
                            .isEqualTo(model);
                    assertThat(runs.figures(name)).isEqualTo(runs.figures(sampling + "-1"));
                }
                String name = sampling + "-stopped";
                SparkTraining.run(
                        spark,
                        configuration(name, 1, fifth, sampling),
                        new TrainingOptions(run -> "", Optional.of(7L)),
                        new Heard());
                assertThat(SmallRuns.sha256(train(spark, configuration(name, 2, fifth, sampling))))
                        .as(name)
                        .isEqualTo(model);
                assertThat(runs.figures(name)).isEqualTo(runs.figures(sampling + "-1"));
                assertThat(Optional.of(scored(spark, alone, unequal)))
                        .as("evaluate")
                        .isEqualTo(alone.evaluation());
                assertThatThrownBy(() -> scored(spark, alone, runs.train()))
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining("data set " + runs.train() + " is not the one that ")
                        .hasMessageContaining(
                                "so that rows which are held out of it may have been trained on: put that")
                        .hasMessageNotContaining("\n");
            }
            assertThat(models).hasSize(2);
        }
    }

    private EvaluationResult scored(SparkApplication spark, TrainingResult result, String data) {
        return Evaluation.run(
                spark,
                EvaluationRequestBuilder.builder()
                        .metrics(List.of())
                        .model(result.exports().get(0))
                        .network(NetworkChoice.of(""))
                        .data(data)
                        .split(Optional.of(new Split.Share(0.2, 0)))
                        .transforms(new Transforms(List.of()))
                        .batch(4)
                        .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                        .threads(1)
                        .tasks(2)
                        .build(),
                (rows, all) -> {});
    }

    @Test
    void theSplitIsHeldFastAndToldOf() {
        ResolvedRun tenth = resolve(configuration("run", 1, Validation.ofShare(0.2), Sampling.SHUFFLED));
        assertThat(tenth.remarks())
                .containsExactly("data.validation holds out 40 of the 200 rows of data set " + unequal
                        + ", and 160 are trained on");
        assertThat(tenth.determinants(Optional.empty())).containsEntry("data.split", "{kind: share, share: 0.2}");
        // The run's seed is not the split's.
        ResolvedRun other = resolve(configuration("run", 1, Validation.ofShare(0.2), Sampling.SHUFFLED)
                .withSeed(1234));
        assertThat(other.heldOut()).isEqualTo(tenth.heldOut());
        ResolvedRun fold = resolve(configuration("run", 1, Validation.ofFold(5, 1), Sampling.SHUFFLED));
        assertThatThrownBy(() -> fold.requireSameDeterminants(tenth.determinants(Optional.empty()), "the checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("as the checkpoint says: data.split = {kind: fold, fold: 1, folds: 5}"
                        + " (it was {kind: share, share: 0.2}); put that back")
                .hasMessageNotContaining("\n");
    }

    /** Class weights, steps and what is too little are of the rows that are left. */
    @Test
    void whatIsCountedIsCountedWithoutTheHeldOutRows() {
        RunConfiguration weighted = SmallRuns.optimized(
                configuration("run", 1, Validation.ofShare(0.2), Sampling.SHUFFLED),
                optimization ->
                        optimization.withLoss(LossChoice.defaults().withClassWeights(new ClassWeights.Balanced())));
        ResolvedRun run = resolve(weighted);
        assertThat(run.balance().lossWeights())
                .containsExactly(160 / (4.0 * 112), 160 / (4.0 * 32), 160 / (4.0 * 12), 160 / (4.0 * 4));
        assertThat(run.stepsPerEpoch()).isEqualTo(5);
        RunConfiguration wide = weighted.withSteps(new Steps(1, 1, 170));
        assertThatThrownBy(() -> resolve(wide))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("160 rows, fewer than micro-batches = 170");
        assertThatThrownBy(() -> resolve(configuration("run", 1, Validation.ofShare(0.05), Sampling.SHUFFLED)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("data.validation.share = 0.05 leaves class 3, class 3, of data set " + unequal
                        + ", which has 5 rows, none that is held out: raise share")
                .hasMessageNotContaining("\n");
    }

    private RunConfiguration seeded(String name, long seed, Seeds seeds) {
        return runs.configuration(name, 1, 1).withSeed(seed).withSeeds(seeds);
    }

    /**
     * What the first epoch of a run is computed of.
     *
     * @param initial a hash of the values of version 0
     * @param order the labels of each micro-batch
     * @param augmentation how often each image comes, whenever it comes: a row is augmented alike at whatever step
     * @param dropout the seeds of its masks
     */
    private record Sources(
            int initial,
            Map<List<Long>, List<Integer>> order,
            Map<Integer, Integer> augmentation,
            Map<Long, Integer> dropout) {}

    private Sources sources(SparkApplication spark, RunConfiguration configuration) {
        int[] initial = new int[1];
        Map<List<Long>, List<Integer>> order = new LinkedHashMap<>();
        Map<Integer, Integer> augmentation = new TreeMap<>();
        Map<Long, Integer> dropout = new TreeMap<>();
        ToyEngineProvider.watchGradients((key, batch, values) -> {
            if (key.step() == 0) {
                initial[0] = Arrays.hashCode(values);
            }
            order.put(
                    List.of(key.step(), (long) key.microBatch()),
                    Arrays.stream(batch.labels()).boxed().toList());
            int size = batch.images().length / batch.examples();
            for (int i = 0; i < batch.examples(); i++) {
                float[] image = Arrays.copyOfRange(batch.images(), i * size, (i + 1) * size);
                augmentation.merge(Arrays.hashCode(image), 1, Integer::sum);
            }
            dropout.merge(key.seed(), 1, Integer::sum);
        });
        SparkTraining.run(spark, configuration, new TrainingOptions(run -> "", Optional.of(7L)), new Heard());
        return new Sources(initial[0], order, augmentation, dropout);
    }

    @Test
    void eachSeedChangesItsSourceAndNoOther() {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "seeds", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            Sources plain = sources(spark, seeded("plain", SEED, Seeds.defaults()));
            assertThat(plain.augmentation.values().stream().mapToInt(times -> times))
                    .as("rows")
                    .hasSize(200);
            Optional<Long> other = Optional.of(SEED + 1);
            Sources initial =
                    sources(spark, seeded("initial", SEED, Seeds.defaults().withInitial(other)));
            assertThat(initial.initial).isNotEqualTo(plain.initial);
            assertThat(initial).isEqualTo(new Sources(initial.initial, plain.order, plain.augmentation, plain.dropout));
            Sources order =
                    sources(spark, seeded("order", SEED, Seeds.defaults().withOrder(other)));
            assertThat(order.order).isNotEqualTo(plain.order);
            assertThat(order).isEqualTo(new Sources(plain.initial, order.order, plain.augmentation, plain.dropout));
            Sources augmentation =
                    sources(spark, seeded("augmentation", SEED, Seeds.defaults().withAugmentation(other)));
            assertThat(augmentation.augmentation).isNotEqualTo(plain.augmentation);
            assertThat(augmentation)
                    .isEqualTo(new Sources(plain.initial, plain.order, augmentation.augmentation, plain.dropout));
            Sources dropout =
                    sources(spark, seeded("dropout", SEED, Seeds.defaults().withDropout(other)));
            assertThat(dropout.dropout).containsOnlyKeys(SEED + 1);
            assertThat(dropout).isEqualTo(new Sources(plain.initial, plain.order, plain.augmentation, dropout.dropout));

            // The same four numbers are the same run, however they are given.
            Optional<Long> same = Optional.of(SEED);
            assertThat(sources(spark, seeded("four", 99, new Seeds(same, same, same, same))))
                    .isEqualTo(plain);
        }
    }

    private ResolvedRun resolved(UnaryOperator<Seeds> change) {
        return ResolvedRun.resolve(new Configuration(), seeded("run", SEED, change.apply(Seeds.defaults())));
    }

    /** What an older run file began goes on, which does not name them. */
    @Test
    void anotherSeedIsRefusedByNameAndTheRunsOwnIsNone() {
        ResolvedRun plain = resolved(seeds -> seeds);
        assertThat(plain.determinants(Optional.empty()).keySet()).noneMatch(key -> key.startsWith("seeds"));
        assertThat(resolved(seeds -> seeds.withOrder(Optional.of(SEED))).determinants(Optional.empty()))
                .isEqualTo(plain.determinants(Optional.empty()));
        Optional<Long> other = Optional.of(8L);
        Map<String, UnaryOperator<Seeds>> changes = Map.of(
                "seeds.initial", seeds -> seeds.withInitial(other),
                "seeds.order", seeds -> seeds.withOrder(other),
                "seeds.augmentation", seeds -> seeds.withAugmentation(other),
                "seeds.dropout", seeds -> seeds.withDropout(other));
        changes.forEach((key, change) -> assertThatThrownBy(() -> resolved(change)
                        .requireSameDeterminants(plain.determinants(Optional.empty()), "the checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("as the checkpoint says: " + key + " = 8 (it was null); put that back")
                .hasMessageNotContaining("\n"));
    }
}
