package convoy.parameterserver.update;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record UpdateRule(Optimizer optimizer, WeightDecay weightDecay, Schedule schedule, Optional<Double> clipNorm)
        implements UpdateRuleBuilder.With {
    /** Refuses a clip norm that is not positive. */
    public UpdateRule {
        requireClipNorm(clipNorm);
    }

    /**
     * Refuses a clip norm that clips nothing or everything, whoever was given it.
     *
     * @param clipNorm the most that the gradient's L2 norm may be; empty not to clip
     * @throws BadInputException if it is one
     */
    public static void requireClipNorm(Optional<Double> clipNorm) {
        clipNorm.filter(norm -> !(norm > 0 && Double.isFinite(norm))).ifPresent(norm -> {
            throw new BadInputException(Refusal.of("clip-norm", norm)
                    .because("is not a positive number")
                    .instead("give the largest norm allowed, or leave it out not to clip"));
        });
    }
}
