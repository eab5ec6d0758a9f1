/** Picture files as cameras, browsers and drawing programs leave them, and what a data set makes of each. */
@NullMarked
package convoy.worker.data.pictures;

import org.jspecify.annotations.NullMarked;
