package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.metrics.Losses;
import convoy.worker.engine.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A training whose numbers are none any more: what becomes of its checkpoints, and what a person is told. */
public final class Divergence {
    private Divergence() {}

    /**
     * Ends a run. The checkpoints whose parameters gave no number are removed, so that the newest one is worth going on from.
     *
     * @param configuration of the run
     * @param checkpoints of the run
     * @param losses of its steps, by which a checkpoint is known to be sound
     * @param from the first version that is worth nothing
     * @param what it was that is no number, with its step
     * @return what the run is to end with
     */
    public static TrainingFailedException stop(
            RunConfiguration configuration, Checkpoints checkpoints, Losses losses, long from, String what) {
        List<Long> whole = checkpoints.whole();
        OptionalLong kept = losses.newestSound(
                whole.stream().filter(version -> version < from).toList());
        List<Long> removed = whole.stream()
                .filter(version -> version > kept.orElse(-1))
                .sorted(Comparator.reverseOrder())
                .toList();
        removed.forEach(checkpoints::remove);
        return TrainingFailedException.eachTime(what + ": the training has diverged; in a run of another name "
                + remedies(configuration) + "; " + left(removed, kept)
                + " through all that follows with on-divergence = continue");
    }

    /** What became of the checkpoints, all of which a person may have been told of, and where the run would go on. */
    private static String left(List<Long> removed, OptionalLong kept) {
        String gone = removed.isEmpty()
                ? ""
                : (removed.size() == 1 ? "the checkpoint of step " : "the checkpoints of steps ")
                        + removed.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "))
                        + (removed.size() == 1 ? " led to it and is removed, " : " led to it and are removed, ");
        return kept.isPresent()
                ? gone + "the checkpoint of step " + kept.getAsLong()
                        + " is kept, and the same command goes on from there"
                : gone + (removed.isEmpty() ? "there was no checkpoint before it" : "there was none before")
                        + ", and the same command begins anew and goes on";
    }

    /** What to try, of what the run has not tried. */
    static String remedies(RunConfiguration configuration) {
        List<String> remedies = new ArrayList<>();
        remedies.add("lower schedule.rate (it is "
                + configuration.optimization().schedule().rate() + ")");
        remedies.add(
                configuration.optimization().schedule().warmUp() > 0
                        ? "lengthen schedule.warm-up"
                        : "give schedule.warm-up");
        remedies.add(configuration.optimization().clipNorm().isPresent() ? "lower clip-norm" : "give clip-norm");
        if (configuration.computation().precision() != Precision.FP32) {
            remedies.add("set precision = fp32");
        }
        int last = remedies.size() - 1;
        return String.join(", ", remedies.subList(0, last)) + " or " + remedies.get(last);
    }
}
