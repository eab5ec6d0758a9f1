/** Lists what a source holds and cuts it into pieces, one for each task. No file is opened here. */
@NullMarked
package convoy.driver.importing.source;

import org.jspecify.annotations.NullMarked;
