/**
 * One stored picture on its way to floats: cropped, mirrored and scaled with Pillow's bits.
 *
 * <p>Which steps there are and what they draw at random lies in {@code transform}, the formats of files in {@code pictures}.
 */
@NullMarked
package convoy.worker.data.image;

import org.jspecify.annotations.NullMarked;
