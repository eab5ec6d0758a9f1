package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Seeds;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each source of chance has a seed of its own, which changes that source and no other. */
final class SeedsTest {
    private static final long SEED = 7;

    private final SmallRuns runs;

    SeedsTest(@TempDir Path directory) throws IOException {
        this.runs = new SmallRuns(directory);
    }

    @AfterEach
    void watchNoMore() {
        ToyEngineProvider.watchGradients((key, batch, values) -> {});
    }

    private RunConfiguration configuration(String name, long seed, Seeds seeds) {
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
            Sources plain = sources(spark, configuration("plain", SEED, Seeds.defaults()));
            assertThat(plain.augmentation.values().stream().mapToInt(times -> times))
                    .as("rows")
                    .hasSize(200);
            Optional<Long> other = Optional.of(SEED + 1);
            Sources initial = sources(
                    spark, configuration("initial", SEED, Seeds.defaults().withInitial(other)));
            assertThat(initial.initial).isNotEqualTo(plain.initial);
            assertThat(initial).isEqualTo(new Sources(initial.initial, plain.order, plain.augmentation, plain.dropout));
            Sources order =
                    sources(spark, configuration("order", SEED, Seeds.defaults().withOrder(other)));
            assertThat(order.order).isNotEqualTo(plain.order);
            assertThat(order).isEqualTo(new Sources(plain.initial, order.order, plain.augmentation, plain.dropout));
            Sources augmentation = sources(
                    spark, configuration("augmentation", SEED, Seeds.defaults().withAugmentation(other)));
            assertThat(augmentation.augmentation).isNotEqualTo(plain.augmentation);
            assertThat(augmentation)
                    .isEqualTo(new Sources(plain.initial, plain.order, augmentation.augmentation, plain.dropout));
            Sources dropout = sources(
                    spark, configuration("dropout", SEED, Seeds.defaults().withDropout(other)));
            assertThat(dropout.dropout).containsOnlyKeys(SEED + 1);
            assertThat(dropout).isEqualTo(new Sources(plain.initial, plain.order, plain.augmentation, dropout.dropout));

            // The same four numbers are the same run, however they are given.
            Optional<Long> same = Optional.of(SEED);
            assertThat(sources(spark, configuration("four", 99, new Seeds(same, same, same, same))))
                    .isEqualTo(plain);
        }
    }

    private ResolvedRun resolve(UnaryOperator<Seeds> change) {
        return ResolvedRun.resolve(new Configuration(), configuration("run", SEED, change.apply(Seeds.defaults())));
    }

    /** What an older run file began goes on, which does not name them. */
    @Test
    void anotherSeedIsRefusedByNameAndTheRunsOwnIsNone() {
        ResolvedRun plain = resolve(seeds -> seeds);
        assertThat(plain.determinants(Optional.empty()).keySet()).noneMatch(key -> key.startsWith("seeds"));
        assertThat(resolve(seeds -> seeds.withOrder(Optional.of(SEED))).determinants(Optional.empty()))
                .isEqualTo(plain.determinants(Optional.empty()));
        Optional<Long> other = Optional.of(8L);
        Map<String, UnaryOperator<Seeds>> changes = Map.of(
                "seeds.initial", seeds -> seeds.withInitial(other),
                "seeds.order", seeds -> seeds.withOrder(other),
                "seeds.augmentation", seeds -> seeds.withAugmentation(other),
                "seeds.dropout", seeds -> seeds.withDropout(other));
        changes.forEach((key, change) -> assertThatThrownBy(() ->
                        resolve(change).requireSameDeterminants(plain.determinants(Optional.empty()), "the checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("as the checkpoint says: " + key + " = 8 (it was null); put that back")
                .hasMessageNotContaining("\n"));
    }
}
