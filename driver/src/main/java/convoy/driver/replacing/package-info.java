/** Puts something new where something old lies: the new one is whole before the old one goes, and nothing else goes with it. */
@NullMarked
package convoy.driver.replacing;

import org.jspecify.annotations.NullMarked;
