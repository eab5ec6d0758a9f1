/** The engine on libtorch: PyTorch's operations and its autograd, through JavaCPP's presets. */
@NullMarked
package convoy.worker.engine.libtorch;

import org.jspecify.annotations.NullMarked;
