/** Imports pictures from archives and folders into a data set, as a Spark job. */
@NullMarked
package convoy.driver.importing;

import org.jspecify.annotations.NullMarked;
