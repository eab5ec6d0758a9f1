/**
 * What a model says of every row of a data set, as files: how they are written and read back, and where they go. The Spark job that makes
 * them is in {@code spark.scoring}; figures over all rows are in {@code evaluation}.
 */
@NullMarked
package convoy.driver.scoring;

import org.jspecify.annotations.NullMarked;
