/**
 * What a process asks of parameter servers: to open and close ranges, to write them down, values to pull and sums to push.
 *
 * <p>Connecting and asking again do not live here, nor does the loop of a worker.
 */
@NullMarked
package convoy.parameterserver.client;

import org.jspecify.annotations.NullMarked;
