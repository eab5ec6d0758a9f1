/**
 * Loading of native libraries, and the limits and threads that a process has once for all of them.
 *
 * <p>No computing: whoever needs a library calls it himself.
 */
@NullMarked
package convoy.worker.natives;

import org.jspecify.annotations.NullMarked;
