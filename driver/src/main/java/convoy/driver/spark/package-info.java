/**
 * Spark as an adapter: the application and its settings, the plugin that starts servers and carries messages, tasks that score, what
 * Kryo is to know.
 *
 * <p>Tasks that train, imports and YARN have packages of their own below this one. No decision about a run is made here.
 */
@NullMarked
package convoy.driver.spark;

import org.jspecify.annotations.NullMarked;
