/** Turns a shard into batches and batches into gradients. */
@NullMarked
package convoy.worker;

import org.jspecify.annotations.NullMarked;
