/**
 * The one tree along which the gradients of a step are added, and the sums of its subtrees on their way up.
 *
 * <p>What a worker adds lives here; what a server does with messages that bring such sums does not.
 */
@NullMarked
package convoy.parameterserver.sum;

import org.jspecify.annotations.NullMarked;
