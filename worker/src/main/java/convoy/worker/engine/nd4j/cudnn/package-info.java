/**
 * Convolutions by cuDNN for ND4J's CUDA build: always the same algorithms, so always the same bits on one type of GPU.
 *
 * <p>The kernels that need no GPU's library lie in {@code convolution}.
 */
@NullMarked
package convoy.worker.engine.nd4j.cudnn;

import org.jspecify.annotations.NullMarked;
