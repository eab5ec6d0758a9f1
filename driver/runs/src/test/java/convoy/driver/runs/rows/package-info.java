/**
 * Whole runs on rows of which something is wrong.
 *
 * <p>Those on rows that are as they should be lie in {@code runs}.
 */
@NullMarked
package convoy.driver.runs.rows;

import org.jspecify.annotations.NullMarked;
