/**
 * What a program of somebody else's is told of a run while it trains: events, who listens, and the thread on which he does, so that no
 * listener harms a run. What the driver tells its own command line is in {@code driver.metrics}.
 */
@NullMarked
package convoy.driver.listening;

import org.jspecify.annotations.NullMarked;
