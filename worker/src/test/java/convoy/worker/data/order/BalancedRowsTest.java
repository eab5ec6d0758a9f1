package convoy.worker.data.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The properties of epochs in which every class comes equally often, over data sets and settings drawn from printed seeds. */
final class BalancedRowsTest {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Setting(long seed, int[] rowGroupRows, RowLabels labels, int microBatches, int size, int block) {
        static Setting draw(long seed) {
            RandomStream random = RandomStream.of(seed, "setting");
            int[] groups = IntStream.range(0, 1 + random.nextInt(20))
                    .map(i -> random.nextInt(5) == 0 ? random.nextInt(2) : 1 + random.nextInt(40))
                    .toArray();
            groups[random.nextInt(groups.length)] = 30;
            int classes = 1 + random.nextInt(7);
            // Of the classes behind the first there are ever fewer; now and then sorted by class.
            int[] labels = IntStream.range(0, IntStream.of(groups).sum())
                    .map(i -> i < classes
                            ? i
                            : (int) (classes * Math.pow(random.nextDouble(), 1 + (double) (seed % 4) * 2)))
                    .toArray();
            if (seed % 5 == 0) {
                Arrays.sort(labels);
            }
            return new Setting(
                    seed,
                    groups,
                    new RowLabels(classes, labels),
                    1 + random.nextInt(12),
                    1 + random.nextInt(12),
                    1 + random.nextInt(5));
        }

        EpochOrder order() {
            return EpochOrder.balanced(seed, rowGroupRows, labels, microBatches, size, block);
        }

        int rows() {
            return labels.labels().length;
        }

        @Override
        public String toString() {
            return "seed " + seed + ": " + Arrays.toString(labels.counts()) + " rows in " + rowGroupRows.length
                    + " row groups, V = " + microBatches + ", size " + size + ", blocks of " + block;
        }
    }

    static List<Setting> settings() {
        return IntStream.range(0, 80).mapToObj(Setting::draw).toList();
    }

    private static int[] groupStarts(int[] rowGroupRows) {
        int[] starts = new int[rowGroupRows.length + 1];
        for (int i = 0; i < rowGroupRows.length; i++) {
            starts[i + 1] = starts[i] + rowGroupRows[i];
        }
        return starts;
    }

    /** And no row is drawn once more before all others of its class have been drawn as often. */
    @ParameterizedTest
    @MethodSource("settings")
    void everyClassComesEquallyOftenAndWithinItEveryRow(Setting setting) {
        EpochOrder order = setting.order();
        int[] starts = groupStarts(setting.rowGroupRows);
        int classes = setting.labels.classes();
        int[] drawn = new int[setting.rows()];
        Set<Long> appearances = new HashSet<>();
        for (int epoch = 0; epoch < 5; epoch++) {
            int[] ofClass = new int[classes];
            for (int s = 0; s < order.stepsPerEpoch(); s++) {
                long step = (long) epoch * order.stepsPerEpoch() + s;
                for (int m = 0; m < setting.microBatches; m++) {
                    Slice slice = order.slice(step, m);
                    for (int i = 0; i < slice.size(); i++) {
                        assertThat(slice.rows()[i]).isBetween(0, setting.rowGroupRows[slice.rowGroups()[i]] - 1);
                        int row = starts[slice.rowGroups()[i]] + slice.rows()[i];
                        ofClass[setting.labels.labels()[row]]++;
                        drawn[row]++;
                        appearances.add((long) row << 32 | slice.passes()[i]);
                    }
                }
            }
            assertThat(IntStream.of(ofClass).sum()).isEqualTo(setting.rows());
            assertThat(spread(IntStream.of(ofClass)))
                    .as("by class in epoch %d", epoch)
                    .isLessThanOrEqualTo(1);
            for (int c = 0; c < classes; c++) {
                int of = c;
                assertThat(spread(IntStream.range(0, drawn.length)
                                .filter(row -> setting.labels.labels()[row] == of)
                                .map(row -> drawn[row])))
                        .as("by row of class %d after epoch %d", c, epoch)
                        .isLessThanOrEqualTo(1);
            }
        }
        assertThat(appearances).as("each appearance is one of its own").hasSize(5 * setting.rows());
        for (int row = 0; row < drawn.length; row++) {
            for (int pass = 0; pass < drawn[row]; pass++) {
                assertThat(appearances).contains((long) row << 32 | pass);
            }
        }
    }

    private static int spread(IntStream counts) {
        var figures = counts.summaryStatistics();
        return figures.getMax() - figures.getMin();
    }

    /** Steps and micro-batches are those of the other order. */
    @ParameterizedTest
    @MethodSource("settings")
    void anEpochIsCutAsTheOtherOrderCutsIt(Setting setting) {
        EpochOrder order = setting.order();
        EpochOrder other =
                new EpochOrder(setting.seed, setting.rowGroupRows, setting.microBatches, setting.size, setting.block);
        assertThat(order.stepsPerEpoch()).isEqualTo(other.stepsPerEpoch());
        for (int step = 0; step < order.stepsPerEpoch(); step++) {
            assertThat(order.examples(step)).isEqualTo(other.examples(step));
            for (int m = 0; m < setting.microBatches; m++) {
                assertThat(order.slice(step, m).size())
                        .isEqualTo(other.slice(step, m).size());
            }
        }
    }

    /** So a run may be resumed at any step, and any worker may compute any micro-batch. */
    @ParameterizedTest
    @MethodSource("settings")
    void nothingDependsOnWhatWasAskedBefore(Setting setting) {
        EpochOrder forwards = setting.order();
        EpochOrder backwards = setting.order();
        int steps = 6 * forwards.stepsPerEpoch();
        List<Slice> there = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            there.add(forwards.slice(step, step % setting.microBatches));
        }
        for (int step = steps - 1; step >= 0; step--) {
            assertThat(backwards.slice(step, step % setting.microBatches)).isEqualTo(there.get(step));
            int[] counts = backwards.classes(step, setting.labels);
            assertThat(IntStream.of(counts).sum()).isEqualTo((int) backwards.examples(step));
        }
    }

    /** Row groups are read one after the other, each at most once a round. */
    @ParameterizedTest
    @MethodSource("settings")
    void aRowGroupIsReadOnceARoundAtMost(Setting setting) {
        int[] starts = groupStarts(setting.rowGroupRows);
        BalancedRows rows = new BalancedRows(
                setting.seed, Arrays.stream(starts).asLongStream().toArray(), setting.labels);
        int rounds = EpochOrder.balancedReadings(setting.labels.counts());
        int least = IntStream.of(setting.labels.counts()).min().orElseThrow();
        int most = (setting.rows() + setting.labels.classes() - 1) / setting.labels.classes();
        assertThat(rounds).isEqualTo((most + least - 1) / least);
        for (int epoch = 0; epoch < 3; epoch++) {
            int[] groups = rows.layOut(epoch).groups();
            for (int group = 0; group < setting.rowGroupRows.length; group++) {
                int of = group;
                assertThat(IntStream.of(groups).filter(visited -> visited == of).count())
                        .isLessThanOrEqualTo(rounds);
            }
        }
    }

    @Test
    void classesOfOneSizeAreShuffledAsEver() {
        int[] labels = IntStream.range(0, 600).map(row -> row % 3).toArray();
        int[] groups = IntStream.generate(() -> 50).limit(12).toArray();
        EpochOrder order = EpochOrder.balanced(1, groups, new RowLabels(3, labels), 4, 10, 4);
        for (int epoch = 0; epoch < 3; epoch++) {
            Set<Integer> seen = new HashSet<>();
            for (int s = 0; s < order.stepsPerEpoch(); s++) {
                for (int m = 0; m < 4; m++) {
                    Slice slice = order.slice((long) epoch * order.stepsPerEpoch() + s, m);
                    assertThat(slice.passes()).containsOnly(epoch);
                    for (int i = 0; i < slice.size(); i++) {
                        seen.add(slice.rowGroups()[i] * 50 + slice.rows()[i]);
                    }
                }
            }
            assertThat(seen).hasSize(600);
        }
    }

    /** One row in fifty, which then is half of every stretch of an epoch, and not the same row again and again. */
    @Test
    void whatIsRepeatedIsSpreadOverTheEpoch() {
        int rows = 10_000;
        KeyedPermutation stored = new KeyedPermutation(rows, RandomStream.of(1, "stored"));
        int[] labels = IntStream.range(0, rows)
                .map(row -> stored.apply(row) < rows / 50 ? 1 : 0)
                .toArray();
        int[] groups = IntStream.generate(() -> 100).limit(100).toArray();
        EpochOrder order = EpochOrder.balanced(1, groups, new RowLabels(2, labels), 8, 25, 4);
        assertThat(order.stepsPerEpoch()).isEqualTo(50);
        for (int tenth = 0; tenth < 10; tenth++) {
            int rare = 0;
            Set<Integer> different = new HashSet<>();
            for (int step = 5 * tenth; step < 5 * tenth + 5; step++) {
                rare += order.classes(step, new RowLabels(2, labels))[1];
                for (int m = 0; m < 8; m++) {
                    Slice slice = order.slice(step, m);
                    for (int i = 0; i < slice.size(); i++) {
                        int row = slice.rowGroups()[i] * 100 + slice.rows()[i];
                        if (labels[row] == 1) {
                            different.add(row);
                        }
                    }
                }
            }
            assertThat(rare).as("of 1000 in tenth %d", tenth).isBetween(400, 600);
            assertThat(different.size()).as("different ones of 200").isGreaterThan(150);
        }
    }

    @Test
    void epochsAndSeedsDiffer() {
        int[] labels = IntStream.range(0, 640).map(row -> row % 10 == 0 ? 1 : 0).toArray();
        int[] groups = IntStream.generate(() -> 64).limit(10).toArray();
        EpochOrder order = EpochOrder.balanced(1, groups, new RowLabels(2, labels), 4, 16, 4);
        EpochOrder other = EpochOrder.balanced(2, groups, new RowLabels(2, labels), 4, 16, 4);
        assertThat(order.slice(0, 0).rows())
                .isNotEqualTo(order.slice(order.stepsPerEpoch(), 0).rows());
        assertThat(order.slice(0, 0)).isNotEqualTo(other.slice(0, 0));
    }

    /** As many rows and classes as ImageNet has, half of them ten times as large as the others. */
    @Test
    void anEpochOfAMillionRowsIsLaidOutInSeconds() {
        int rows = 1_200_000;
        RandomStream random = RandomStream.of(1, "labels");
        int[] labels = IntStream.range(0, rows)
                .map(row ->
                        row < 1000 ? row : random.nextInt(11) < 10 ? random.nextInt(500) : 500 + random.nextInt(500))
                .toArray();
        int[] groups = IntStream.generate(() -> 100).limit(rows / 100).toArray();
        long begun = System.nanoTime();
        RowLabels all = new RowLabels(1000, labels);
        EpochOrder order = EpochOrder.balanced(1, groups, all, 64, 16, 4);
        int[] counts = order.classes(0, all);
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(Locale.ROOT, "1,200,000 rows of 1,000 classes: laid out in %.2f s%n", seconds);
        assertThat(IntStream.of(counts).sum()).isEqualTo((int) order.examples(0));
        assertThat(seconds).isLessThan(30);
    }

    @Test
    void whatCannotBeBalancedIsRefused() {
        assertThatThrownBy(() -> EpochOrder.balanced(1, new int[] {3}, new RowLabels(2, new int[3]), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a class without rows cannot be drawn: [3, 0]");
        assertThatThrownBy(() -> EpochOrder.balanced(1, new int[] {3}, new RowLabels(1, new int[4]), 1, 1, 1))
                .hasMessage("4 labels for 3 rows");
        assertThatThrownBy(() -> new RowLabels(2, new int[] {0, 2})).hasMessage("label = 2, outside [0, 2)");
    }
}
