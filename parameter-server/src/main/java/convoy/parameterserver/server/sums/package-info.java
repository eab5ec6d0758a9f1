/**
 * The sums of a step that a partition has on their way up the tree, and how many of them there may be.
 *
 * <p>Values, updates and whoever waits do not live here.
 */
@NullMarked
package convoy.parameterserver.server.sums;

import org.jspecify.annotations.NullMarked;
