/** Whole runs with parts of a jar's: the example project of the guide, compiled and used. What parts do by themselves is tested where they are. */
@NullMarked
package convoy.driver.runs.parts;

import org.jspecify.annotations.NullMarked;
