/**
 * Learned policies of augmentation: the adjustments that they choose from, and how strong each is at a level. The transforms that
 * draw from them live with the other transforms.
 */
@NullMarked
package convoy.worker.data.policy;

import org.jspecify.annotations.NullMarked;
