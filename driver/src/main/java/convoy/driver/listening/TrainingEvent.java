package convoy.driver.listening;

import convoy.records.Codec;
import convoy.records.annotation.Flat;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that has happened in a run. A call that goes on with a run tells what happens from the step where it goes on; what happened
 * before is in {@code metrics.jsonl}. A figure that is no number, or infinite, is empty. Components may be added, none is taken away.
 */
public sealed interface TrainingEvent {
    /** {@return in which run, and when in it} */
    Moment at();

    /** {@return the same as JSON on one line: {@code {"kind":"epoch-ended","run":"digits",…}}, keys in kebab-case} */
    default String json() {
        return Codec.of(TrainingEvent.class).toJson(this);
    }

    /**
     * When in which run.
     *
     * @param run its name
     * @param directory URI of its directory
     * @param step updates applied so far
     * @param epoch passes over the training data so far, with a fraction
     */
    record Moment(String run, String directory, long step, double epoch) {}

    /**
     * The run stands, and its first step in this call is next.
     *
     * @param at the step that it goes on from; 0 for a new one
     * @param network its name
     * @param parameters of the network, whether they are trained or not
     * @param rows of the training data
     * @param stepsPerEpoch whole steps
     * @param lastStep updates applied at the end
     */
    record RunBegun(@Flat Moment at, String network, long parameters, long rows, long stepsPerEpoch, long lastStep)
            implements TrainingEvent {}

    /**
     * A pass over the training data is done.
     *
     * @param at its end
     * @param steps of it that were computed in this call, of which the figures are
     * @param loss mean of the main head's over the steps, in nats
     * @param accuracy share of the images that the main head got right, in [0, 1]
     * @param learningRate of the last step
     * @param imagesPerSecond over the last seconds
     */
    record EpochEnded(
            @Flat Moment at,
            long steps,
            Optional<Double> loss,
            Optional<Double> accuracy,
            double learningRate,
            Optional<Double> imagesPerSecond)
            implements TrainingEvent {}

    /**
     * The held-out rows are scored.
     *
     * @param at the step whose parameters were scored
     * @param rows images
     * @param loss mean cross-entropy, in nats
     * @param top1Accuracy share of the images whose label had the best score, in [0, 1]
     * @param top5Accuracy likewise of those whose label had one of the five best; empty for five classes or fewer
     * @param metrics figures of one's own, by their names
     */
    record Evaluated(
            @Flat Moment at,
            long rows,
            Optional<Double> loss,
            double top1Accuracy,
            Optional<Double> top5Accuracy,
            Map<String, Optional<Double>> metrics)
            implements TrainingEvent {
        public Evaluated {
            metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        }
    }

    /**
     * A checkpoint is whole, and a resume would go on from it.
     *
     * @param at its step
     * @param checkpoint URI of the directory that it lies in
     * @param bytes of its range files
     * @param seconds from the step until it was whole
     */
    record CheckpointCommitted(@Flat Moment at, String checkpoint, long bytes, double seconds)
            implements TrainingEvent {}

    /**
     * This call is over: the last event.
     *
     * @param at the last step of which there is a checkpoint, or where it failed the last that was told
     * @param status how it ended
     * @param reason why it failed, in one line
     * @param exports URIs of the files that the trained model was written to
     * @param seconds that the call took
     */
    record RunEnded(@Flat Moment at, Status status, Optional<String> reason, List<String> exports, double seconds)
            implements TrainingEvent {
        public RunEnded {
            exports = List.copyOf(exports);
        }
    }

    /** How a call of a run ends. */
    enum Status {
        /** At the run's last step, with its model written. */
        COMPLETED,
        /** The run was complete before; nothing was computed. */
        ALREADY_COMPLETE,
        /** As somebody wished it, with a checkpoint; the same command goes on. */
        STOPPED,
        /** With an error. */
        FAILED
    }
}
