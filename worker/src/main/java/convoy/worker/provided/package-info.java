/**
 * Parts of a run that other people's jars bring, found by their names: who offers one, what a file says of it, and the one line that is
 * said where it cannot be had. What such a part does is told where it is used.
 */
@NullMarked
package convoy.worker.provided;

import org.jspecify.annotations.NullMarked;
