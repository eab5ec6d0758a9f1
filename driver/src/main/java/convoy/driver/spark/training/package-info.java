/**
 * Training on Spark: an application as the cluster that a run sees, its workers as tasks of a stage, its process's signals as the wish
 * to stop.
 *
 * <p>The plugin in driver and executors lies in {@code spark}, and no decision about a run is made here.
 */
@NullMarked
package convoy.driver.spark.training;

import org.jspecify.annotations.NullMarked;
