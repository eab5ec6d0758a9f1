/**
 * What stored rows hold, exactly: their pixels as they are before any transform, counted and hashed. Who asks for it on a cluster is in
 * {@code convoy.driver.spark.profiling}.
 */
@NullMarked
package convoy.worker.data.content;

import org.jspecify.annotations.NullMarked;
