/** Reads data sets of pictures in the order of an epoch and turns their rows into augmented batches of floats. */
@NullMarked
package convoy.worker.data;

import org.jspecify.annotations.NullMarked;
