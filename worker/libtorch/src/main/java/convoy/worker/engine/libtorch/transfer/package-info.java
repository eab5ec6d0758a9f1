/**
 * The ways of floats between Java's arrays and the device: parameters, batches, gradients.
 *
 * <p>Nothing is computed here but what fp16 needs on the way.
 */
@NullMarked
package convoy.worker.engine.libtorch.transfer;

import org.jspecify.annotations.NullMarked;
