package convoy.worker.engine;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.records.annotation.Named;

/**
 * How much of a label's weight is spread over all classes: with the share e, the target is {@code (1 - e) * onehot + e / classes}
 * (Szegedy et al. 2015, section 7; PyTorch's {@code label_smoothing}).
 *
 * @param share e, in [0, 1)
 */
public record LabelSmoothing(
        @Named("label-smoothing") @Default("0") double share) {
    /** A label is its class and no other. */
    public static final LabelSmoothing NONE = new LabelSmoothing(0);

    public LabelSmoothing {
        if (!(share >= 0 && share < 1)) {
            throw new BadInputException(Refusal.of("label-smoothing", share)
                    .because("is not in [0, 1)")
                    .instead("0.1 is usual, 0 is none"));
        }
    }
}
