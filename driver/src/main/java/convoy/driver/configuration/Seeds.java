package convoy.driver.configuration;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * The seeds of the sources of chance, where they are to be others than the run's {@code seed}: so that one of them can be varied
 * and the others held.
 *
 * @param initial of the initial values of the parameters
 * @param order of the rows
 * @param augmentation of what is random in transforms and mixtures
 * @param dropout of dropout and stochastic depth
 */
@RecordBuilder
public record Seeds(Optional<Long> initial, Optional<Long> order, Optional<Long> augmentation, Optional<Long> dropout)
        implements SeedsBuilder.With {
    /** {@return no seeds of their own: all are the run's} */
    public static Seeds defaults() {
        return new Seeds(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The seed of each source.
     *
     * @param initial of the initial values of the parameters
     * @param order of the rows
     * @param augmentation of what is random in transforms and mixtures
     * @param dropout of dropout and stochastic depth
     */
    @RecordBuilder
    public record Each(long initial, long order, long augmentation, long dropout) {}

    Each orElse(long seed) {
        return new Each(initial.orElse(seed), order.orElse(seed), augmentation.orElse(seed), dropout.orElse(seed));
    }

    /**
     * {@return the same without those that are the run's seed anyway}
     *
     * @param seed of the run
     */
    public Seeds otherThan(long seed) {
        return new Seeds(
                initial.filter(own -> own != seed),
                order.filter(own -> own != seed),
                augmentation.filter(own -> own != seed),
                dropout.filter(own -> own != seed));
    }
}
