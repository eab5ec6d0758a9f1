/**
 * Who owns a directory that one driver at a time may change, a run's for instance: taking it, showing that one lives, and being stopped
 * once another has taken it over.
 *
 * <p>What lies in the directory is known elsewhere; here it is only guarded.
 */
@NullMarked
package convoy.driver.lease;

import org.jspecify.annotations.NullMarked;
