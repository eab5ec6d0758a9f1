/**
 * What a person asks an import to do, and what is told of it. How it is done is in the packages below, and as a job in
 * {@code spark.importing}.
 */
@NullMarked
package convoy.driver.importing;

import org.jspecify.annotations.NullMarked;
