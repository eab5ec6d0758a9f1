/**
 * What a run is asked to do, each part a record that checks itself. What follows from that and from the data is not here, nor the
 * reading of a run file's text.
 */
@NullMarked
package convoy.driver.configuration;

import org.jspecify.annotations.NullMarked;
