/**
 * A network as kernels of PyTorch's operations, cut into the stages of its backward pass.
 *
 * <p>What runs them is the engine, a package above.
 */
@NullMarked
package convoy.worker.engine.libtorch.lowering;

import org.jspecify.annotations.NullMarked;
