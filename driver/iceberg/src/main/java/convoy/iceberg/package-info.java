/**
 * Reads from an Iceberg table which Parquet files each of its snapshots added. What becomes of these files is decided elsewhere, and no file of
 * rows is opened here.
 */
@NullMarked
package convoy.iceberg;

import org.jspecify.annotations.NullMarked;
