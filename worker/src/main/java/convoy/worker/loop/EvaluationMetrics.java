package convoy.worker.loop;

/**
 * How one block of held-out rows did.
 *
 * @param version of the parameters
 * @param block index of the block
 * @param rows images in it
 * @param top1 whose label had the highest score; where pictures may show several classes, of which all were found and no others
 * @param top5 whose label was among the five highest; 0 where pictures may show several classes
 * @param lossSum cross-entropy summed in the order of the rows
 */
public record EvaluationMetrics(long version, int block, int rows, int top1, int top5, double lossSum) {}
