/**
 * Where every tensor lies in the flat vector of a network, and how that vector is cut into partitions and key ranges.
 *
 * <p>No values live here, and nothing of who holds them.
 */
@NullMarked
package convoy.parameterserver.layout;

import org.jspecify.annotations.NullMarked;
