/**
 * The command that shows what in a picture a model's answer rests on, and what it prints and paints. What is computed for it lies in
 * {@code convoy.driver.attribution}.
 */
@NullMarked
package convoy.jobs.attribution;

import org.jspecify.annotations.NullMarked;
