package convoy.driver.configuration;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What decides the loss beside label smoothing.
 *
 * @param name which loss it is
 * @param classWeights what an example of each class counts
 */
@RecordBuilder
public record LossChoice(LossName name, ClassWeights classWeights) implements LossChoiceBuilder.With {
    /** {@return what a run file need not say} */
    public static LossChoice defaults() {
        return new LossChoice(LossName.SOFTMAX_CROSS_ENTROPY, ClassWeights.defaults());
    }
}
