/**
 * A parameter server at work: ranges and their partitions, the sums under way, versions, and whoever waits for one.
 *
 * <p>Formulas, files and messages do not live here; it uses them.
 */
@NullMarked
package convoy.parameterserver.server;

import org.jspecify.annotations.NullMarked;
