/**
 * Puts something new where something old lies: the new one is whole before the old one goes, and nothing else goes with it.
 * A run's own files, which nobody else may write, are in {@code checkpoint}.
 */
@NullMarked
package convoy.driver.replacing;

import org.jspecify.annotations.NullMarked;
