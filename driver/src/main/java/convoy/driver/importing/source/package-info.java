/** What lies in a source of pictures: folders, and archives inside each other, as one stream of files with their paths. */
@NullMarked
package convoy.driver.importing.source;

import org.jspecify.annotations.NullMarked;
