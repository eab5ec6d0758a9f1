/**
 * One call of a training, from the checkpoint it goes on from to its end: it waits for workers and servers, restores, commits,
 * records. It sees a clock and a cluster as ports.
 *
 * <p>Who computes what is decided in {@code coordination}, what a worker does in {@code worker}, how files are written in {@code
 * checkpoint}; Spark, which is one cluster, lies in {@code spark}.
 */
@NullMarked
package convoy.driver.training;

import org.jspecify.annotations.NullMarked;
