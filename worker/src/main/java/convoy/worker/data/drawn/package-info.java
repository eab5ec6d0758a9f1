/**
 * Pictures that Convoy draws itself: a toy data set for a first run, and a measurement of how fast pictures become batches.
 *
 * <p>Nothing that a training on real data needs.
 */
@NullMarked
package convoy.worker.data.drawn;

import org.jspecify.annotations.NullMarked;
