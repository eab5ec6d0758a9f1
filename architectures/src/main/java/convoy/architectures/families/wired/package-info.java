/**
 * Networks whose stages are random graphs, and those graphs. Which graph a person may ask for is an argument like others and
 * lives with those.
 */
@NullMarked
package convoy.architectures.families.wired;

import org.jspecify.annotations.NullMarked;
