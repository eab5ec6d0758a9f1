/**
 * The Inception families, whose modules are branches of several kernel sizes side by side, joined by their channels. Plain
 * residual networks are not here; those whose branches are Inception's are.
 */
@NullMarked
package convoy.architectures.families.inception;

import org.jspecify.annotations.NullMarked;
