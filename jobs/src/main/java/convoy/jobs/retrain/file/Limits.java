package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * From which population stability index on two distributions count as different.
 *
 * @param warn from there on it is said; empty: never
 * @param refuse from there on nothing is trained; empty: never
 */
public record Limits(Optional<Double> warn, Optional<Double> refuse) {
    public Limits {
        requirePositive("warn", warn);
        requirePositive("refuse", refuse);
        if (warn.isPresent() && refuse.isPresent() && warn.get() > refuse.get()) {
            throw new BadInputException(Refusal.of("warn", warn.get())
                    .because("> refuse = " + refuse.get(), "refuse")
                    .instead("a warning comes first; give the smaller number to warn, or null for no warning"));
        }
    }

    /** {@return what a pipeline file need not say: 0.1 and 0.25, as is usual since Siddiqi (2006, Credit Risk Scorecards)} */
    public static Limits defaults() {
        return new Limits(Optional.of(0.1), Optional.of(0.25));
    }

    private static void requirePositive(String component, Optional<Double> limit) {
        if (limit.isPresent() && !(limit.get() > 0)) {
            throw new BadInputException(Refusal.of(component, limit.get())
                    .because("is not a positive number")
                    .instead("0.1 is a small shift and 0.25 a large one; null is no limit"));
        }
    }
}
