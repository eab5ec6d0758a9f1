package convoy.worker.data.batch;

import convoy.worker.data.DataSet;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import java.util.List;
import java.util.Optional;

/**
 * What is done about classes of different size.
 *
 * @param sampling which rows an epoch has
 * @param lossWeights of each class; empty: all count alike
 * @param labels of the training data's rows; there if one of these needs them
 */
public record ClassBalance(Sampling sampling, List<Double> lossWeights, Optional<RowLabels> labels) {
    public ClassBalance {
        lossWeights = List.copyOf(lossWeights);
        if (labels.isEmpty() && (sampling == Sampling.BALANCED || !lossWeights.isEmpty())) {
            throw new IllegalArgumentException("classes are balanced by the labels of the rows, which are not given");
        }
    }

    /** {@return the balance of a run that does nothing about its classes} */
    public static ClassBalance none() {
        return new ClassBalance(Sampling.SHUFFLED, List.of(), Optional.empty());
    }

    /**
     * {@return the order in which a run sees the rows}
     *
     * @param data the data set
     * @param seed of the order
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples of a micro-batch
     * @see DataSet#order
     */
    public EpochOrder order(DataSet data, long seed, int microBatches, int microBatchSize) {
        return switch (sampling) {
            case SHUFFLED -> data.order(seed, microBatches, microBatchSize);
            case BALANCED -> data.balancedOrder(labels.orElseThrow(), seed, microBatches, microBatchSize);
        };
    }

    /**
     * {@return what the examples of each step count; empty where all count alike}
     *
     * @param order of the run
     */
    public Optional<LossWeights> weights(EpochOrder order) {
        return lossWeights.isEmpty()
                ? Optional.empty()
                : Optional.of(new LossWeights(lossWeights, labels.orElseThrow(), order));
    }
}
