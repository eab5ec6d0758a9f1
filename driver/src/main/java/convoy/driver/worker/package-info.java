/**
 * A worker from its plan to its end: what it is told of the run, what it has of its process, and how it sets itself up and joins.
 *
 * <p>Its loop, its engines and its data lie in the module {@code worker}; the task that it runs in belongs to the cluster.
 */
@NullMarked
package convoy.driver.worker;

import org.jspecify.annotations.NullMarked;
