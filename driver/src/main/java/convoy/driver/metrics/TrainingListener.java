package convoy.driver.metrics;

import convoy.driver.evaluation.EvaluationResult;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;

/**
 * Hears what happens in a run, in order, on one thread of the driver: a progress bar, a log, a test. A listener that
 * takes long delays the figures that follow, not the training.
 */
public interface TrainingListener {
    /**
     * The run stands: what was resolved, before the first step.
     *
     * @param name of the run
     * @param directory URI of the run's
     * @param network its name in the catalogue
     * @param parameters of the network, whether they are trained or not
     * @param rows of the training data
     * @param stepsPerEpoch whole steps
     * @param firstStep updates applied already
     * @param lastStep updates applied at the end
     * @param workers that compute now
     * @param servers that hold the parameters
     */
    @RecordBuilder
    record Started(
            String name,
            String directory,
            String network,
            int parameters,
            long rows,
            long stepsPerEpoch,
            long firstStep,
            long lastStep,
            int workers,
            int servers) {}

    /**
     * Figures of one whole step.
     *
     * @param step updates applied so far, this one included
     * @param lastStep the step at which the run ends
     * @param epoch passes over the data set so far, with a fraction
     * @param loss mean loss of the main head over the step's examples
     * @param accuracy share of the step's examples that the main head got right, before the update
     * @param learningRate with which this step was applied
     * @param imagesPerSecond over the last seconds
     * @param timeLeft estimated from that
     */
    @RecordBuilder
    record Progress(
            long step,
            long lastStep,
            double epoch,
            double loss,
            double accuracy,
            double learningRate,
            double imagesPerSecond,
            Duration timeLeft) {}

    /**
     * A committed checkpoint.
     *
     * @param step updates applied
     * @param directory where its files lie
     * @param bytes of its range files
     * @param took from the moment when the servers reached the step until it was whole
     */
    record Checkpointed(long step, String directory, long bytes, Duration took) {}

    /**
     * Who takes part from now on, and why that changed: one line.
     *
     * @param workers names of those that compute
     * @param servers that hold the parameters
     * @param change in words
     */
    record MembershipChange(List<String> workers, int servers, String change) {}

    /**
     * The run stands, before its first step.
     *
     * @param started with what
     */
    default void started(Started started) {}

    /**
     * A step is done.
     *
     * @param progress of the run
     */
    default void progress(Progress progress) {}

    /**
     * The held-out data is scored.
     *
     * @param result the figures
     */
    default void evaluated(EvaluationResult result) {}

    /**
     * A checkpoint is whole.
     *
     * @param checkpoint of which step
     */
    default void checkpointed(Checkpointed checkpoint) {}

    /**
     * Others take part than before.
     *
     * @param membership which ones, and why
     */
    default void membership(MembershipChange membership) {}

    /**
     * Something a person should know that is not an error: one line.
     *
     * @param line one line
     */
    default void notice(String line) {}

    /** {@return a listener that ignores everything} */
    static TrainingListener silent() {
        return new TrainingListener() {};
    }
}
