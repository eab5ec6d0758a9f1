/**
 * What YARN has to be asked for and told where it runs an application: executors, and how an attempt ended. Other cluster
 * managers need nothing of the kind.
 */
@NullMarked
package convoy.driver.spark.yarn;

import org.jspecify.annotations.NullMarked;
