/**
 * Picture files as cameras, browsers and drawing programs leave them, and what a data set makes of each.
 *
 * <p>Crops, scaling and whatever else a training does to a picture lie in {@code image} and {@code transform}.
 */
@NullMarked
package convoy.worker.data.pictures;

import org.jspecify.annotations.NullMarked;
