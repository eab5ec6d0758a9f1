package convoy.worker.loop;

import convoy.worker.data.batch.Batch;
import convoy.worker.engine.GradientResult;
import java.util.List;

/**
 * How one micro-batch did.
 *
 * @param microBatch its index in the step
 * @param examples its images
 * @param lossSum the main head's loss summed over them
 * @param auxiliaryLossSum the weighted losses of the auxiliary heads summed over them
 * @param correct images that the main head got right
 * @param leftOut rows whose pictures cannot be decoded: which they are, and why
 */
public record MicroBatchMetrics(
        int microBatch, int examples, double lossSum, double auxiliaryLossSum, int correct, List<String> leftOut) {
    public MicroBatchMetrics {
        leftOut = List.copyOf(leftOut);
    }

    /** What an engine makes of a batch. */
    static MicroBatchMetrics of(int microBatch, Batch batch, GradientResult result) {
        return new MicroBatchMetrics(
                microBatch,
                result.examples(),
                result.lossSum(),
                result.auxiliaryLossSum(),
                result.correct(),
                batch.leftOut());
    }

    /**
     * With all of its rows.
     *
     * @param microBatch its index in the step
     * @param examples its images
     * @param lossSum the main head's loss summed over them
     * @param auxiliaryLossSum the weighted losses of the auxiliary heads summed over them
     * @param correct images that the main head got right
     */
    public MicroBatchMetrics(int microBatch, int examples, double lossSum, double auxiliaryLossSum, int correct) {
        this(microBatch, examples, lossSum, auxiliaryLossSum, correct, List.of());
    }
}
