/** Owns the parameters: layout, key ranges, sums, optimizers, versions, wire format, snapshots. */
@NullMarked
package convoy.parameterserver;

import org.jspecify.annotations.NullMarked;
