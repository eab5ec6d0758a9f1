/**
 * Kernels that normalize: by the batch, by groups of channels, by neighbouring channels.
 *
 * <p>Which statistics servers keep is said by the network's layout.
 */
@NullMarked
package convoy.worker.engine.nd4j.norm;

import org.jspecify.annotations.NullMarked;
