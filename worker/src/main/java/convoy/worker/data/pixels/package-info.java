/**
 * What is done to the values of one picture of floats in [0, 1], without chance. What is drawn for it, and when, is for the
 * transforms to say.
 */
@NullMarked
package convoy.worker.data.pixels;

import org.jspecify.annotations.NullMarked;
