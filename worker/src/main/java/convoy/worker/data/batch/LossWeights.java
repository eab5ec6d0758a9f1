package convoy.worker.data.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.text.Counts;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an example of each class counts in the loss of a step: the given weights times what makes the step's examples count 1 on
 * average. So the mean over a step's examples is PyTorch's weighted mean, {@code sum(w * loss) / sum(w)}, of all of them
 * together; which rows a step has is known beforehand, so that whoever computes a part of it divides by the same sum. Safe for
 * use by several threads.
 */
public final class LossWeights {
    private static final int STEPS_KEPT = 8;

    private final double[] weights;
    private final RowLabels labels;
    private final EpochOrder order;

    @GuardedBy("this")
    private final Map<Long, double[]> kept = new LinkedHashMap<>();

    /**
     * @param weights of the classes, none below 0
     * @param labels of the rows that the order is of
     */
    LossWeights(List<Double> weights, RowLabels labels, EpochOrder order) {
        if (weights.size() != labels.classes()) {
            throw new IllegalArgumentException(Counts.plain(weights.size(), "weight") + " for "
                    + Counts.plain(labels.classes(), "class", "classes"));
        }
        this.weights = weights.stream().mapToDouble(Double::doubleValue).toArray();
        this.labels = labels;
        this.order = order;
    }

    /** Of the classes in a step; all 0 where its examples weigh nothing. */
    synchronized double[] of(long step) {
        double[] present = kept.get(step);
        if (present == null) {
            present = compute(order.classes(step, labels));
            kept.put(step, present);
            if (kept.size() > STEPS_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        return present;
    }

    private double[] compute(int[] counts) {
        double sum = 0;
        long examples = 0;
        for (int c = 0; c < counts.length; c++) {
            sum += counts[c] * weights[c];
            examples += counts[c];
        }
        double[] scaled = new double[weights.length];
        for (int c = 0; c < scaled.length && sum > 0; c++) {
            scaled[c] = weights[c] * (examples / sum);
        }
        return scaled;
    }
}
