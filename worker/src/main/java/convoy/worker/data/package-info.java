/**
 * A data set that is opened: its rows by row group, their labels and its whitening.
 *
 * <p>Its files are described in {@code format}; what becomes of its rows lies in {@code transform} and {@code batch}.
 */
@NullMarked
package convoy.worker.data;

import org.jspecify.annotations.NullMarked;
