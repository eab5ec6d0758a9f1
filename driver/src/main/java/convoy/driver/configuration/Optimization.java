package convoy.driver.configuration;

import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.annotation.Flat;
import convoy.worker.engine.LabelSmoothing;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * What is minimized, and how.
 *
 * @param optimizer applied by the servers
 * @param schedule the learning rate
 * @param weightDecay how much, and on which tensors
 * @param clipNorm largest global norm of a step's gradient; empty: not clipped
 * @param labelSmoothing of the loss
 * @param loss what else decides it
 */
@RecordBuilder
public record Optimization(
        Optimizer optimizer,
        LearningRate schedule,
        WeightDecay weightDecay,
        Optional<Double> clipNorm,
        @Flat LabelSmoothing labelSmoothing,
        LossChoice loss)
        implements OptimizationBuilder.With {
    public Optimization {
        UpdateRule.requireClipNorm(clipNorm);
    }

    /** {@return what a run file need not say} */
    public static Optimization defaults() {
        return new Optimization(
                Optimizer.Nesterov.defaults(),
                LearningRate.defaults(),
                WeightDecay.defaults(),
                Optional.empty(),
                LabelSmoothing.NONE,
                LossChoice.defaults());
    }
}
