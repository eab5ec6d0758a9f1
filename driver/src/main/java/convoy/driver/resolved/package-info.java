/**
 * What follows from a run's configuration and from its data before anything starts: phases, steps, evaluations, what a resume
 * compares. What a run is asked to do is not here, nor anything that runs.
 */
@NullMarked
package convoy.driver.resolved;

import org.jspecify.annotations.NullMarked;
