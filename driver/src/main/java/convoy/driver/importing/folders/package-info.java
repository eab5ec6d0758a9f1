/**
 * What the folders of a source mean: which are classes, which are splits, which only wrap others. No file is looked at,
 * names alone.
 */
@NullMarked
package convoy.driver.importing.folders;

import org.jspecify.annotations.NullMarked;
