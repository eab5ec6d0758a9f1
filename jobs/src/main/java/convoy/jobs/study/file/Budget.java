package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Locale;
import java.util.Optional;

/**
 * What each trial may cost, the same for every variant. Nothing: the base's epochs.
 *
 * @param epochs passes over the training data
 * @param multiplyAdds of a trial's training, three times those of the forward pass for each image: a cheaper network is trained for
 *     more epochs
 */
public record Budget(Optional<Integer> epochs, Optional<Double> multiplyAdds) {
    /** Forward, and backward to the inputs and to the parameters. */
    public static final int PASSES = 3;

    public Budget {
        if (epochs.isPresent() && multiplyAdds.isPresent()) {
            throw new BadInputException(Refusal.of("epochs", epochs.get())
                    .because(", and multiply-adds = " + multiplyAdds.get() + " too", "multiply-adds")
                    .instead("one of them says how long a trial is; leave the other out"));
        }
        if (epochs.isPresent()) {
            Refusal.requireAtLeast("epochs", epochs.get(), 1, "train for one pass or more");
        }
        if (multiplyAdds.isPresent() && !(multiplyAdds.get() > 0)) {
            throw new BadInputException(Refusal.of("multiply-adds", multiplyAdds.get())
                    .because("is not a positive number")
                    .instead("give what a trial may cost, 1e13 for example"));
        }
    }

    /** {@return what a study file need not say} */
    public static Budget defaults() {
        return new Budget(Optional.empty(), Optional.empty());
    }

    /**
     * {@return the epochs of a trial}
     *
     * @param base those of the base
     * @param ofAnEpoch multiply-adds of an epoch's training
     * @throws BadInputException if there is not enough for one
     */
    public int epochs(int base, double ofAnEpoch) {
        if (multiplyAdds.isEmpty()) {
            return epochs.orElse(base);
        }
        double whole = Math.floor(multiplyAdds.get() / ofAnEpoch);
        if (whole < 1) {
            throw new BadInputException(Refusal.of("budget.multiply-adds", multiplyAdds.get())
                    .because("< " + String.format(Locale.ROOT, "%.3g", ofAnEpoch) + ", which one epoch takes")
                    .instead("give more, or budget.epochs"));
        }
        return (int) Math.min(whole, Integer.MAX_VALUE);
    }
}
