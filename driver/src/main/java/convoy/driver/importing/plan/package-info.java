/**
 * What the data set will be, from what was counted in the pieces: which folders are classes, which channels and figures it
 * has, which file takes which row. Nothing is read or written here.
 */
@NullMarked
package convoy.driver.importing.plan;

import org.jspecify.annotations.NullMarked;
