package convoy.driver;

import convoy.driver.checkpoint.Checkpoints;
import convoy.parameterserver.Segment;
import convoy.worker.NetworkLayout;
import convoy.worker.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A training whose numbers are none any more: what becomes of its checkpoints, and what a person is told. */
public final class Divergence {
    private Divergence() {}

    /** A tensor of a model holds a number that is none, or infinite. */
    static final class NoNumberException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NoNumberException(String message) {
            super(message);
        }
    }

    /** Refuses a model that has diverged. */
    static void requireNumbers(StoredModel model) {
        for (Segment segment : NetworkLayout.of(model.description().build()).segments()) {
            for (int i = segment.begin(); i < segment.begin() + segment.size(); i++) {
                if (!Float.isFinite(model.values()[i])) {
                    throw new NoNumberException(segment.name() + " holds " + model.values()[i]);
                }
            }
        }
    }

    /**
     * Ends a run. The checkpoints whose parameters gave no number are removed, so that the newest one is worth going on from.
     *
     * @param what it was that is no number, with its step
     * @param from the first version that is worth nothing
     */
    public static TrainingFailedException stop(
            RunConfiguration configuration, Checkpoints checkpoints, Losses losses, long from, String what) {
        List<Long> whole = checkpoints.whole();
        OptionalLong kept = losses.newestSound(
                whole.stream().filter(version -> version < from).toList());
        for (int i = whole.size() - 1; i >= 0 && whole.get(i) > kept.orElse(-1); i--) {
            checkpoints.remove(whole.get(i));
        }
        return TrainingFailedException.eachTime(what + ": the training has diverged; in a run of another name "
                + remedies(configuration) + "; "
                + (kept.isPresent()
                        ? "the checkpoint of step " + kept.getAsLong() + " is kept"
                        : "there was no checkpoint before it")
                + ", and the same command goes on from there through all that follows with on-divergence = continue");
    }

    /** What to try, of what the run has not tried. */
    static String remedies(RunConfiguration configuration) {
        List<String> remedies = new ArrayList<>();
        remedies.add("lower schedule.rate (it is " + configuration.schedule().rate() + ")");
        remedies.add(configuration.schedule().warmUp() > 0 ? "lengthen schedule.warm-up" : "give schedule.warm-up");
        remedies.add(configuration.clipNorm().isPresent() ? "lower clip-norm" : "give clip-norm");
        if (configuration.precision() != Precision.FP32) {
            remedies.add("set precision = fp32");
        }
        int last = remedies.size() - 1;
        return String.join(", ", remedies.subList(0, last)) + " or " + remedies.get(last);
    }
}
