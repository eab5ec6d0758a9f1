/**
 * How an averaged gradient becomes new parameters: optimizers, learning rates, weight decay, clipping.
 *
 * <p>The formulas and their limits live here; whose values they are applied to, by which thread and when, does not.
 */
@NullMarked
package convoy.parameterserver.update;

import org.jspecify.annotations.NullMarked;
