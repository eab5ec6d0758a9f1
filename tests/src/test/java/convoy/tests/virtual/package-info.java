/**
 * A cluster in virtual time: processes, threads, a network and a clock in one thread, on which the real driver, workers and parameter
 * servers run; and what they show there. The schedule that it hands out is always the same one; nothing real is faked here but time,
 * threads and wires.
 */
@NullMarked
package convoy.tests.virtual;

import org.jspecify.annotations.NullMarked;
