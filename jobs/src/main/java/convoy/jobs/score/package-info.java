/** The command that scores a data set row by row. The job is in {@code driver.spark.scoring}. */
@NullMarked
package convoy.jobs.score;

import org.jspecify.annotations.NullMarked;
