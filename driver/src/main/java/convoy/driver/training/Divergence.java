package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.worker.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A training whose numbers are none any more: what becomes of its checkpoints, and what a person is told. */
final class Divergence {
    private Divergence() {}

    /**
     * Ends a run. The checkpoints whose parameters gave no number are removed, so that the newest one is worth going on from.
     *
     * @param what it was that is no number, with its step
     * @param from the first version that is worth nothing
     */
    static TrainingFailedException stop(
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
