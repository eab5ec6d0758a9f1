/**
 * What a data set's directory holds, {@code dataset.json} and Parquet files, read and written.
 *
 * <p>Nothing of what is done to the pictures.
 */
@NullMarked
package convoy.worker.data.format;

import org.jspecify.annotations.NullMarked;
