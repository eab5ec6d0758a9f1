/**
 * Runs of a few steps of a tiny model in virtual time, thousands of them, with the faults that a seed draws: the real driver, workers and
 * servers, and what must hold of them whatever happens.
 *
 * <p>Processes, threads and wires in virtual time are those of {@code convoy.tests.virtual}.
 */
@NullMarked
package convoy.tests.simulation;

import org.jspecify.annotations.NullMarked;
