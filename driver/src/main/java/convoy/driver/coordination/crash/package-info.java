/**
 * How executors were lost, and whether they are lost at one and the same place again and again.
 *
 * <p>What else is done about a loss, and about workers that fail, lies in {@code coordination}.
 */
@NullMarked
package convoy.driver.coordination.crash;

import org.jspecify.annotations.NullMarked;
