/**
 * What a kernel of the {@code nd4j} engine is: the forward and backward pass of one node, and the loops over floats that kernels are made of.
 *
 * <p>No kernel of any one operation.
 */
@NullMarked
package convoy.worker.engine.nd4j.kernel;

import org.jspecify.annotations.NullMarked;
