package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Which tensors of a network are trained, from when on and how fast. Patterns are those of {@link
 * convoy.architectures.surgery.Surgery#matching}: a tensor's name, the beginning of one up to a dot, {@code *} for any characters.
 *
 * <p>A tensor that is never trained keeps what it starts from. One that is unfrozen begins like a tensor of a new run: its
 * optimizer slots are zero and the optimizer counts its updates from there, while the schedule goes on.
 *
 * @param freeze patterns of what is not trained
 * @param unfreeze what of that is trained from an epoch on
 * @param rates what is trained faster or slower than the schedule says; of several that name a tensor the last one counts
 * @param frozenNorms what frozen batch norms normalize with
 */
@RecordBuilder
public record FineTuning(List<String> freeze, List<Unfreeze> unfreeze, List<Rate> rates, FrozenNorms frozenNorms)
        implements FineTuningBuilder.With {
    public FineTuning {
        freeze = List.copyOf(freeze);
        unfreeze = List.copyOf(unfreeze);
        rates = List.copyOf(rates);
    }

    /** {@return all tensors trained from the beginning, with the schedule's learning rate} */
    public static FineTuning defaults() {
        return new FineTuning(List.of(), List.of(), List.of(), FrozenNorms.TRAINING);
    }

    /**
     * Frozen tensors that are trained later.
     *
     * @param tensors a pattern
     * @param epoch before which they are frozen; 0: trained from the beginning
     */
    public record Unfreeze(String tensors, int epoch) {
        public Unfreeze {
            if (epoch < 0) {
                throw new BadInputException(Refusal.below("epoch", epoch, 0, "0 is the beginning"));
            }
        }
    }

    /**
     * Tensors with a learning rate of their own.
     *
     * @param tensors a pattern
     * @param factor that the schedule's learning rate is multiplied by
     */
    public record Rate(String tensors, double factor) {
        public Rate {
            if (!(factor > 0 && Double.isFinite(factor))) {
                throw new BadInputException(Refusal.of("factor", factor)
                        .because("is not a positive number")
                        .instead("0.1 trains slowly, and fine-tuning.freeze not at all"));
            }
        }
    }

    /** What batch norms whose scale and shift are frozen normalize with in training. */
    public enum FrozenNorms {
        /** The batch's statistics, as all others do; their running statistics go on being averaged. */
        TRAINING,
        /** Their running statistics, which stay as they are. */
        INFERENCE
    }
}
