/** Spark as a cluster to train on: stages, losses of executors, plugin messages. What is decided about a run is not here. */
@NullMarked
package convoy.driver.spark;

import org.jspecify.annotations.NullMarked;
