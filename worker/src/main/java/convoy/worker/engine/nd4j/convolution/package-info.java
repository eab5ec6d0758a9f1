/**
 * Kernels that are products with a matrix of weights: convolutions of all kinds, and dense layers.
 *
 * <p>cuDNN's convolutions lie in {@code cudnn}.
 */
@NullMarked
package convoy.worker.engine.nd4j.convolution;

import org.jspecify.annotations.NullMarked;
