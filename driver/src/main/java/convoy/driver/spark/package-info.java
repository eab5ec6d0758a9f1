/**
 * Spark as an adapter: the application and its settings, the plugin that starts servers and carries messages, the tasks
 * that train and score, what Kryo is to know. No decision about a run is made here.
 */
@NullMarked
package convoy.driver.spark;

import org.jspecify.annotations.NullMarked;
