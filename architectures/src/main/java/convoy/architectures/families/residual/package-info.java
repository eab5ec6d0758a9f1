/**
 * Families whose blocks also read, by a sum or side by side, what earlier blocks read. Those with such shortcuts that are made to
 * be small or fast live with the mobile ones, and those of Inception modules with Inception.
 */
@NullMarked
package convoy.architectures.families.residual;

import org.jspecify.annotations.NullMarked;
