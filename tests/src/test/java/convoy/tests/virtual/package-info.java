/**
 * Virtual time: processes, threads, a network and a clock in one thread, on which the real driver, workers and parameter servers run.
 * Nothing real is faked here but time, threads and wires. Not here: the clusters that are made of it, and what is shown on them.
 */
@NullMarked
package convoy.tests.virtual;

import org.jspecify.annotations.NullMarked;
