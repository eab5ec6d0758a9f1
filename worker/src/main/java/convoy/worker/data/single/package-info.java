/**
 * Single picture files that lie in no data set: to be imported into one, or to be shown to a model.
 *
 * <p>The rows of data sets lie in {@code batch}.
 */
@NullMarked
package convoy.worker.data.single;

import org.jspecify.annotations.NullMarked;
