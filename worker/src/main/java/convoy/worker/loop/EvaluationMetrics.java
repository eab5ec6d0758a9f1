package convoy.worker.loop;

import java.util.List;

/**
 * How one block of held-out rows did.
 *
 * @param version of the parameters
 * @param block index of the block
 * @param rows images in it
 * @param top1 whose label had the highest score; where pictures may show several classes, of which all were found and no others
 * @param top5 whose label was among the five highest; 0 where pictures may show several classes
 * @param sums over the rows, in their order
 */
public record EvaluationMetrics(long version, int block, int rows, int top1, int top5, Sums sums) {
    /**
     * Sums over rows.
     *
     * @param loss cross-entropy
     * @param own of the terms of metrics of one's own, one metric after the other
     */
    public record Sums(double loss, List<Double> own) {
        public Sums {
            own = List.copyOf(own);
        }
    }

    /**
     * Without metrics of one's own.
     *
     * @param version of the parameters
     * @param block index of the block
     * @param rows images in it
     * @param top1 whose label had the highest score
     * @param top5 whose label was among the five highest
     * @param lossSum cross-entropy summed in the order of the rows
     */
    public EvaluationMetrics(long version, int block, int rows, int top1, int top5, double lossSum) {
        this(version, block, rows, top1, top5, new Sums(lossSum, List.of()));
    }

    /** {@return cross-entropy summed in the order of the rows} */
    public double lossSum() {
        return sums.loss();
    }
}
