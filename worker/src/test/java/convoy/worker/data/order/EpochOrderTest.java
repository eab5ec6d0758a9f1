package convoy.worker.data.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties of an epoch's order, over data sets and settings drawn from printed seeds. */
final class EpochOrderTest {
    /** A setting drawn from a seed, which the test's name prints. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Setting(long seed, int[] rowGroupRows, int microBatches, int microBatchSize, int block) {
        static Setting draw(long seed) {
            RandomStream random = RandomStream.of(seed, "setting");
            int[] rows = IntStream.range(0, 1 + random.nextInt(40))
                    .map(i -> random.nextInt(5) == 0 ? random.nextInt(2) : 1 + random.nextInt(60))
                    .toArray();
            rows[random.nextInt(rows.length)] = 40;
            return new Setting(seed, rows, 1 + random.nextInt(16), 1 + random.nextInt(20), 1 + random.nextInt(5));
        }

        EpochOrder order() {
            return new EpochOrder(seed, rowGroupRows, microBatches, microBatchSize, block);
        }

        int rows() {
            return IntStream.of(rowGroupRows).sum();
        }

        @Override
        public String toString() {
            return "seed " + seed + ": " + rows() + " rows in " + rowGroupRows.length + " row groups, V = "
                    + microBatches + ", size " + microBatchSize + ", blocks of " + block;
        }
    }

    static List<Setting> settings() {
        return IntStream.range(0, 60).mapToObj(Setting::draw).toList();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everyRowIsSeenOnceAnEpoch(Setting setting) {
        EpochOrder order = setting.order();
        for (int epoch = 0; epoch < 3; epoch++) {
            Set<Long> seen = new HashSet<>();
            int count = 0;
            for (int s = 0; s < order.stepsPerEpoch(); s++) {
                long step = (long) epoch * order.stepsPerEpoch() + s;
                for (int m = 0; m < setting.microBatches; m++) {
                    Slice slice = order.slice(step, m);
                    assertThat(slice.passes()).containsOnly(epoch);
                    for (int i = 0; i < slice.size(); i++) {
                        assertThat(slice.rows()[i]).isLessThan(setting.rowGroupRows[slice.rowGroups()[i]]);
                        seen.add((long) slice.rowGroups()[i] << 32 | slice.rows()[i]);
                        count++;
                    }
                }
            }
            assertThat(count).isEqualTo(setting.rows());
            assertThat(seen).hasSize(setting.rows());
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void microBatchesAreNearlyEqualAndNeverEmpty(Setting setting) {
        EpochOrder order = setting.order();
        List<Integer> sizes = new ArrayList<>();
        for (int s = 0; s < order.stepsPerEpoch(); s++) {
            long examples = 0;
            for (int m = 0; m < setting.microBatches; m++) {
                int size = order.slice(s, m).size();
                sizes.add(size);
                examples += size;
            }
            assertThat(order.examples(s)).isEqualTo(examples);
        }
        int least = sizes.stream().mapToInt(Integer::intValue).min().orElseThrow();
        int most = sizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertThat(least).isPositive();
        assertThat(most - least).isLessThanOrEqualTo(2);
        if (setting.microBatchSize > 1) {
            assertThat(most).isLessThanOrEqualTo(setting.microBatchSize);
        } else {
            // A stream that is one row longer than the shortest has a step with two.
            assertThat(most).isLessThanOrEqualTo(2);
        }
    }

    /** Found by position: asking in another order, or from the middle, gives the same. */
    @ParameterizedTest
    @MethodSource("settings")
    void nothingDependsOnWhatWasAskedBefore(Setting setting) {
        EpochOrder forwards = setting.order();
        EpochOrder backwards = setting.order();
        int steps = 3 * forwards.stepsPerEpoch();
        List<Slice> there = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            there.add(forwards.slice(step, step % setting.microBatches));
        }
        for (int step = steps - 1; step >= 0; step--) {
            assertThat(backwards.slice(step, step % setting.microBatches)).isEqualTo(there.get(step));
        }
    }

    /** A micro-batch reads few row groups: at most two blocks of them, however long the epoch. */
    @ParameterizedTest
    @MethodSource("settings")
    void aStreamReadsFewRowGroupsAtATime(Setting setting) {
        EpochOrder order = setting.order();
        boolean plain = IntStream.of(setting.rowGroupRows).allMatch(rows -> rows >= setting.microBatchSize);
        for (int s = 0; s < order.stepsPerEpoch(); s++) {
            Slice slice = order.slice(s, 0);
            Set<Integer> groups = new HashSet<>();
            IntStream.of(slice.rowGroups()).forEach(groups::add);
            if (plain) {
                assertThat(groups.size()).isLessThanOrEqualTo(2 * setting.block);
            }
            assertThat(groups.size()).isLessThanOrEqualTo(setting.microBatchSize + 1);
        }
    }

    /** What a step needs for the first time was announced by the steps before, and only by the last few. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void rowGroupsAreAnnouncedBeforeTheyAreNeeded(int microBatches) {
        int groupRows = 60;
        int block = 4;
        int[] rows = IntStream.generate(() -> groupRows).limit(32).toArray();
        EpochOrder order = new EpochOrder(5, rows, microBatches, 7, block);
        int stepsPerBlock = block * groupRows / 7 + 2;
        for (int m = 0; m < microBatches; m++) {
            Map<Integer, Integer> announced = new HashMap<>();
            for (int group : order.slice(0, m).rowGroups()) {
                announced.put(group, 0);
            }
            for (int step = 0; step < 3 * order.stepsPerEpoch(); step++) {
                for (int group : order.slice(step, m).rowGroups()) {
                    if (step > stepsPerBlock) {
                        assertThat(announced)
                                .as("step %d of micro-batch %d", step, m)
                                .containsKey(group);
                        assertThat(step - announced.getOrDefault(group, -1_000_000))
                                .isLessThanOrEqualTo(2 * stepsPerBlock);
                    }
                }
                for (int group : order.ahead(step, m)) {
                    announced.put(group, step);
                }
                assertThat(order.ahead(step, m).length).isLessThanOrEqualTo(block);
            }
            assertThat(announced.size()).isGreaterThan(block);
        }
    }

    @Test
    void epochsAndSeedsDiffer() {
        int[] rows = IntStream.generate(() -> 64).limit(32).toArray();
        EpochOrder order = new EpochOrder(1, rows, 4, 16, 4);
        EpochOrder other = new EpochOrder(2, rows, 4, 16, 4);
        assertThat(order.slice(0, 0).rows())
                .isNotEqualTo(order.slice(order.stepsPerEpoch(), 0).rows());
        assertThat(order.slice(0, 0)).isNotEqualTo(other.slice(0, 0));
    }

    /** The rows of an epoch come in an order in which their numbers are unrelated to their places. */
    @Test
    void theOrderIsMixed() {
        int groups = 64;
        int groupRows = 100;
        int[] rows = IntStream.generate(() -> groupRows).limit(groups).toArray();
        EpochOrder order = new EpochOrder(7, rows, 8, 20, 4);
        double n = groups * groupRows;
        double sum = 0;
        int place = 0;
        for (int s = 0; s < order.stepsPerEpoch(); s++) {
            for (int m = 0; m < 8; m++) {
                Slice slice = order.slice(s, m);
                for (int i = 0; i < slice.size(); i++) {
                    double row = slice.rowGroups()[i] * groupRows + slice.rows()[i];
                    sum += (row / n - 0.5) * (place / n - 0.5);
                    place++;
                }
            }
        }
        // The correlation of independent uniforms has standard deviation 1/sqrt(n); whole row groups move together.
        assertThat(Math.abs(sum / n * 12)).isLessThan(4 / Math.sqrt(groups));
    }

    @Test
    void fewerRowsThanMicroBatchesAreRefused() {
        assertThatThrownBy(() -> new EpochOrder(0, new int[] {3, 4}, 8, 1, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage("the data set has 7 rows, fewer than micro-batches = 8: lower micro-batches or import more"
                        + " pictures");
        assertThatThrownBy(() -> new EpochOrder(0, new int[] {3, 4}, 1, 0, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("micro-batch-size = 0");
    }
}
