/**
 * Kernels without weights that change the shape: pooling, concatenation, choice and order of channels, flattening.
 *
 * <p>Nothing that has parameters.
 */
@NullMarked
package convoy.worker.engine.nd4j.shape;

import org.jspecify.annotations.NullMarked;
