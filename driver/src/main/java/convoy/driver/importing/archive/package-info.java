/**
 * Opens the files of a piece, archives inside archives too, and gives the plain files in them one by one. What a file holds
 * is not looked at, beyond which kind of archive it is.
 */
@NullMarked
package convoy.driver.importing.archive;

import org.jspecify.annotations.NullMarked;
