/**
 * What engines must do alike to give the same: which units dropout drops, how a variance is taken, which batches are refused, and the thread that a library is called from.
 *
 * <p>Nothing that is of one library.
 */
@NullMarked
package convoy.worker.engine.lowering;

import org.jspecify.annotations.NullMarked;
