/**
 * What a run is asked to do, and what follows from that and from the data before anything starts: phases, steps,
 * evaluations, what a resume compares. Reading a run file's text is not here, nor anything that runs.
 */
@NullMarked
package convoy.driver.configuration;

import org.jspecify.annotations.NullMarked;
