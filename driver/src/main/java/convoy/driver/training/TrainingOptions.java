package convoy.driver.training;

import convoy.driver.configuration.RunConfiguration;
import convoy.records.BadInputException;
import java.util.Optional;
import java.util.function.Function;

/**
 * What belongs to one call of {@link Training#run} and not to the run.
 *
 * @param text of the whole configuration as resolved, kept as {@code run.yaml}; empty: not written
 * @param stopAfterStep stop with a checkpoint once so many updates are applied in all; empty: train to the end
 */
public record TrainingOptions(Function<RunConfiguration, String> text, Optional<Long> stopAfterStep) {
    public TrainingOptions {
        if (stopAfterStep.isPresent() && stopAfterStep.get() < 1) {
            throw new BadInputException("stop-after-step = " + stopAfterStep.get()
                    + " < 1: give the number of updates after which to stop, counted from the run's start");
        }
    }

    /** {@return options by which it is trained to the end, with no text kept} */
    public static TrainingOptions defaults() {
        return new TrainingOptions(configuration -> "", Optional.empty());
    }
}
