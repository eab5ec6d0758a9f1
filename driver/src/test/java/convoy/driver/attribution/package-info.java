/** Tests of what a model's answer rests on. Tests of the command are in {@code jobs}. */
@NullMarked
package convoy.driver.attribution;

import org.jspecify.annotations.NullMarked;
