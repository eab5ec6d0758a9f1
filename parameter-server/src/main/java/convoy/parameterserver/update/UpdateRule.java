package convoy.parameterserver.update;

import java.util.Optional;

/**
 * Everything that turns an averaged gradient into new parameters.
 *
 * @param optimizer the formula
 * @param weightDecay how strongly, and which, tensors decay
 * @param schedule step to learning rate
 * @param clipNorm the most that the L2 norm of the whole averaged gradient (before weight decay) may be; larger ones are
 *     scaled down to it
 */
public record UpdateRule(Optimizer optimizer, WeightDecay weightDecay, Schedule schedule, Optional<Double> clipNorm) {
    /** Refuses a clip norm that is not positive. */
    public UpdateRule {
        clipNorm.ifPresent(norm -> {
            if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "clip-norm = " + norm + " is not positive: leave it out for no clipping");
            }
        });
    }
}
