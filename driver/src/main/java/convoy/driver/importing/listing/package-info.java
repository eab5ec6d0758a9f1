/**
 * Lists that tell which pictures there are and what they show: CSV files, Parquet files of paths, the label files of ImageNet's validation
 * set. Read on the driver; no picture is opened here.
 */
@NullMarked
package convoy.driver.importing.listing;

import org.jspecify.annotations.NullMarked;
