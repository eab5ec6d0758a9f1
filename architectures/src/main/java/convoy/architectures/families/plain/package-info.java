/**
 * Families that are one layer after the other: convolutions, activations and poolings, then dense layers or an average. Nothing
 * that branches lives here.
 */
@NullMarked
package convoy.architectures.families.plain;

import org.jspecify.annotations.NullMarked;
