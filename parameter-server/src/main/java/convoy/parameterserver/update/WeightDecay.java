package convoy.parameterserver.update;

import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.records.Refusal;

/**
 * How strongly, and which, tensors are pulled towards zero.
 *
 * @param rate PyTorch's {@code weight_decay}; 0 for none
 * @param scope which tensors
 */
public record WeightDecay(double rate, Scope scope) {
    /** Which tensors decay. */
    public enum Scope {
        /** Kernels and matrices, but neither biases nor batch norm (the usual recipe). */
        WEIGHTS,
        /** Every trained tensor, as PyTorch does unless told otherwise. */
        ALL
    }

    /** Refuses a negative or endless rate. */
    public WeightDecay {
        if (!(rate >= 0 && rate < 1)) {
            throw new BadInputException(Refusal.of("weight-decay.rate", rate)
                    .because("is outside [0, 1)")
                    .instead("use e.g. 0.0005, or 0 for none"));
        }
    }

    /** {@return no decay} */
    public static WeightDecay defaults() {
        return new WeightDecay(0, Scope.WEIGHTS);
    }

    /**
     * {@return the rate that applies to tensors of {@code role}}
     *
     * @param role what the tensor is to the optimizer
     */
    public double rateOf(Segment.Role role) {
        return switch (role) {
            case WEIGHT -> rate;
            case BIAS, NORM ->
                switch (scope) {
                    case WEIGHTS -> 0;
                    case ALL -> rate;
                };
            case STATISTIC -> 0;
        };
    }
}
