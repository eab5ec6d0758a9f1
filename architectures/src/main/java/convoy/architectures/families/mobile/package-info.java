/**
 * Families made to be small or fast, by squeezed, separable, shuffled or searched blocks. Small networks for small images are not
 * here, but with what they are built like.
 */
@NullMarked
package convoy.architectures.families.mobile;

import org.jspecify.annotations.NullMarked;
