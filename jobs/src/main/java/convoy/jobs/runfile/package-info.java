/**
 * Binds a run file to configuration records, naming every problem with its line, and writes records back as YAML. What the
 * keys mean is said by the records, which are in {@code convoy.driver.configuration}.
 */
@NullMarked
package convoy.jobs.runfile;

import org.jspecify.annotations.NullMarked;
