/**
 * The steps from a stored picture to a network's input, a file each, and the rules of their order.
 *
 * <p>How pixels are moved and scaled lies in {@code image}; mixtures of pictures, and whitening, which take a whole batch, do not lie here.
 */
@NullMarked
package convoy.worker.data.transform;

import org.jspecify.annotations.NullMarked;
