/**
 * Kernels whose outputs have the shape of their inputs: activations, sums, products, dropout.
 *
 * <p>Which units dropout drops is decided in {@code engine.lowering}.
 */
@NullMarked
package convoy.worker.engine.nd4j.pointwise;

import org.jspecify.annotations.NullMarked;
