/** This machine's file system as Hadoop is to see it. Nothing here knows of runs, models or data sets. */
@NullMarked
package convoy.driver.localfiles;

import org.jspecify.annotations.NullMarked;
