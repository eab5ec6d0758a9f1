/**
 * PyTorch's own convolutions, without the engine, beside plain loops in double precision.
 *
 * <p>Nothing of the engine.
 */
@NullMarked
package convoy.worker.engine.libtorch.raw;

import org.jspecify.annotations.NullMarked;
