/**
 * The engine on libtorch: a micro-batch's passes forward and backward, by PyTorch's operations and its autograd, through JavaCPP's presets.
 *
 * <p>Operations, transfers and devices lie below.
 */
@NullMarked
package convoy.worker.engine.libtorch;

import org.jspecify.annotations.NullMarked;
