package convoy.worker.loop;

/**
 * How one micro-batch did.
 *
 * @param microBatch its index in the step
 * @param examples its images
 * @param lossSum the main head's loss summed over them
 * @param auxiliaryLossSum the weighted losses of the auxiliary heads summed over them
 * @param correct images that the main head got right
 */
public record MicroBatchMetrics(int microBatch, int examples, double lossSum, double auxiliaryLossSum, int correct) {}
