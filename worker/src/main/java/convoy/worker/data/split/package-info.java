/**
 * Which rows of a data set are held out of training: a function of their ids and labels and of the split's seed.
 *
 * <p>No file is read here.
 */
@NullMarked
package convoy.worker.data.split;

import org.jspecify.annotations.NullMarked;
