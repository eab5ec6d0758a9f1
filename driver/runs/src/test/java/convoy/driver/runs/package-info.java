/** Tests of whole small runs, and of what crosses the driver's packages. What one package does is tested in that package. */
@NullMarked
package convoy.driver.runs;

import org.jspecify.annotations.NullMarked;
