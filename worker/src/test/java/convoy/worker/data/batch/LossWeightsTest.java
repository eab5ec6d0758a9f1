package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LossWeightsTest {
    private static final int[] GROUPS = IntStream.generate(() -> 20).limit(10).toArray();
    private static final RowLabels LABELS = new RowLabels(
            3,
            IntStream.range(0, 200)
                    .map(row -> row % 10 == 0 ? 2 : row % 3 == 0 ? 1 : 0)
                    .toArray());

    private static EpochOrder order(int microBatches, int size) {
        return new EpochOrder(1, GROUPS, microBatches, size, 4);
    }

    /** Added up over the micro-batches of a step, what its examples count comes to their number. */
    @Test
    void theExamplesOfAStepCountOneOnAverage() {
        EpochOrder order = order(5, 4);
        LossWeights weights = new LossWeights(List.of(0.5, 1.0, 7.0), LABELS, order);
        List<double[]> different = new ArrayList<>();
        for (int step = 0; step < 3 * order.stepsPerEpoch(); step++) {
            double[] scaled = weights.of(step);
            double sum = 0;
            int[] counts = order.classes(step, LABELS);
            for (int c = 0; c < 3; c++) {
                sum += counts[c] * scaled[c];
            }
            assertThat(sum / order.examples(step)).isCloseTo(1, within(1e-12));
            assertThat(scaled[2] / scaled[0]).isCloseTo(14, within(1e-12));
            different.add(scaled);
        }
        assertThat(different.stream().mapToDouble(each -> each[0]).distinct().count())
                .isGreaterThan(5);
    }

    /** Whoever asks, and whatever was asked before. */
    @Test
    void theyHaveTheSameBitsForEveryWorker() {
        EpochOrder order = order(5, 4);
        LossWeights forwards = new LossWeights(List.of(0.1, 1.3, 7.7), LABELS, order);
        LossWeights backwards = new LossWeights(List.of(0.1, 1.3, 7.7), LABELS, order(5, 4));
        List<double[]> there = IntStream.range(0, 30).mapToObj(forwards::of).toList();
        for (int step = 29; step >= 0; step--) {
            assertThat(backwards.of(step)).isEqualTo(there.get(step));
        }
    }

    @Test
    void aStepOfWhichNothingCountsHasNoGradient() {
        RowLabels one = new RowLabels(
                2, IntStream.range(0, 200).map(row -> row < 10 ? 1 : 0).toArray());
        EpochOrder order = order(1, 2);
        LossWeights weights = new LossWeights(List.of(0.0, 4.0), one, order);
        boolean[] seen = new boolean[2];
        for (int step = 0; step < order.stepsPerEpoch(); step++) {
            int[] counts = order.classes(step, one);
            assertThat(weights.of(step)).containsExactly(0, counts[1] == 0 ? 0 : 2.0 / counts[1]);
            seen[Math.min(1, counts[1])] = true;
        }
        assertThat(seen).containsExactly(true, true);
    }

    @Test
    void oneWeightForEachClass() {
        assertThatThrownBy(() -> new LossWeights(List.of(1.0), LABELS, order(1, 1)))
                .hasMessage("1 weight for 3 classes");
    }
}
