/**
 * What executors and the driver tell each other: where servers are, who joins, reports and leaves, and both ends of that line.
 *
 * <p>What becomes of it is decided in {@code coordination}; what carries the messages is a port here, and Spark's lies in {@code
 * spark}.
 */
@NullMarked
package convoy.driver.membership;

import org.jspecify.annotations.NullMarked;
