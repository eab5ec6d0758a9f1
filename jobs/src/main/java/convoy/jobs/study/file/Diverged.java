package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * When a trial counts as diverged: once a loss is no number or infinite, and perhaps earlier. It is recorded and counted as failed.
 *
 * @param lossAbove the training loss of a step beyond which it does, too; empty: no bound
 */
public record Diverged(Optional<Double> lossAbove) {
    public Diverged {
        if (lossAbove.isPresent() && !(lossAbove.get() > 0)) {
            throw new BadInputException(Refusal.of("loss-above", lossAbove.get())
                    .because("is not a positive number")
                    .instead("give a loss that no healthy trial has, 20 for example, or leave it out"));
        }
    }

    /** {@return what a study file need not say} */
    public static Diverged defaults() {
        return new Diverged(Optional.empty());
    }
}
