package convoy.driver.configuration;

/**
 * What decides the loss beside label smoothing.
 *
 * @param classWeights what an example of each class counts
 */
public record LossChoice(ClassWeights classWeights) {
    public static LossChoice defaults() {
        return new LossChoice(ClassWeights.defaults());
    }
}
