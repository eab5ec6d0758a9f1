package convoy.worker.engine;

/**
 * What a gradient yields beside the gradient.
 *
 * @param examples the examples of the micro-batch
 * @param lossSum the main head's loss (cross-entropy in nats, with label smoothing and the batch's class weights), summed over the
 *     examples, without the head's weight
 * @param auxiliaryLossSum the auxiliary heads' losses, each times its head's weight, summed over heads and examples
 * @param correct examples whose largest logit of the main head is the label's (training mode; the first of equal ones counts); of
 *     a mixture that of the larger share, the first label if both have half
 */
public record GradientResult(int examples, double lossSum, double auxiliaryLossSum, int correct) {}
