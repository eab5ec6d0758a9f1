package convoy.driver.configuration;

import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * When checkpoints are written, and when servers copy what they have into the memory of others. The end of the run always is a checkpoint.
 *
 * @param everyEpochs empty: not by epochs
 * @param everySteps empty: not by steps
 * @param keep newest whole checkpoints that are kept
 * @param mirrorSteps steps between copies in the memory of another server; 0: none
 */
@RecordBuilder
public record CheckpointPlan(Optional<Integer> everyEpochs, Optional<Long> everySteps, int keep, long mirrorSteps)
        implements CheckpointPlanBuilder.With {
    public CheckpointPlan {
        if (everyEpochs.isPresent()) {
            Refusal.requireAtLeast(
                    "checkpoint.every-epochs", everyEpochs.get(), 1, "leave it out not to keep checkpoints by epochs");
        }
        if (everySteps.isPresent()) {
            Refusal.requireAtLeast(
                    "checkpoint.every-steps", everySteps.get(), 1, "leave it out not to keep checkpoints by steps");
        }
        Refusal.requireAtLeast("checkpoint.keep", keep, 1, "the newest checkpoint is always kept");
        Refusal.requireAtLeast(
                "checkpoint.mirror-steps", mirrorSteps, 0, "0 restores lost servers from the last checkpoint alone");
    }

    /** {@return what a run file need not say} */
    public static CheckpointPlan defaults() {
        return new CheckpointPlan(Optional.of(1), Optional.empty(), 2, 10);
    }
}
