/**
 * A whole cluster in virtual time, with data that are read and gradients that are computed, and what the real driver, workers and servers
 * show there: what they lose, who is late, who comes back. Not here: the parts that it is made of, which the simulation has in common with
 * it.
 */
@NullMarked
package convoy.tests.virtual.cluster;

import org.jspecify.annotations.NullMarked;
