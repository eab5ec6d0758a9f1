/** The Spark job that scores a data set row by row. The files that it makes are in {@code driver.scoring}, without Spark. */
@NullMarked
package convoy.driver.spark.scoring;

import org.jspecify.annotations.NullMarked;
