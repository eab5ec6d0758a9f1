/**
 * Runs on a cluster of real processes on this machine, HDFS among them, that are killed, stopped and starved, by a seed.
 *
 * <p>What does the same in virtual time lies in {@code virtual}.
 */
@NullMarked
package convoy.tests.chaos;

import org.jspecify.annotations.NullMarked;
