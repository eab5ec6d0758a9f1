/**
 * Counts what data sets hold, and which rows two of them have in common, as Spark jobs. What is counted in a row is said in {@code
 * convoy.worker.data.content}, and what is known then in {@code convoy.driver.profile}.
 */
@NullMarked
package convoy.driver.spark.profiling;

import org.jspecify.annotations.NullMarked;
