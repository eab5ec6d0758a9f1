/** The entry of the command line, which {@code spark-submit} names. The commands are in {@code command}. */
@NullMarked
package convoy.jobs;

import org.jspecify.annotations.NullMarked;
