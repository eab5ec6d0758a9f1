package convoy.driver.training;

import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.StoredLine;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has to be known of the metrics that are written already: little for any number of steps. Not safe for use by several threads.
 */
final class WrittenMetrics {
    private final long from;
    private final int classes;
    private final Losses losses;
    private final Set<Long> evaluated = new HashSet<>();
    /** Versions whose tensors' checksums are written. */
    private final Set<Long> summed = new HashSet<>();

    private Optional<EvaluationResult> newest = Optional.empty();

    /**
     * Of a run that goes on.
     *
     * @param from updates applied so far
     * @param classes of its network
     */
    WrittenMetrics(long from, int classes) {
        this.from = from;
        this.classes = classes;
        this.losses = new Losses(from);
    }

    /** Takes in a line that is kept. Of workers it wants to know nothing, and of other versions' lines neither. */
    void take(StoredLine line) {
        long step = line.head().step();
        line.stepLoss().ifPresentOrElse(loss -> losses.add(step - 1, loss.isFinite()), () -> line.line()
                .ifPresent(this::take));
    }

    private void take(MetricsLine line) {
        if (line instanceof MetricsLine.Tensors sums) {
            summed.add(sums.step());
        } else if (line instanceof MetricsLine.Evaluation of) {
            SortedMap<String, Double> own = new TreeMap<>();
            of.metrics().ifPresent(all -> all.forEach((name, figure) -> own.put(name, figure.orElse(Double.NaN))));
            evaluated(new EvaluationResult(
                    of.step(),
                    of.rows(),
                    of.top1(),
                    of.top5().filter(right -> EvaluationResult.tells5(classes)),
                    of.loss().orElse(Double.NaN),
                    own));
        }
    }

    /** Updates applied when the run went on. */
    long from() {
        return from;
    }

    /** What is known of the losses of all steps that are written. */
    Losses losses() {
        return losses;
    }

    /** Versions whose evaluation is written. */
    Set<Long> evaluated() {
        return Set.copyOf(evaluated);
    }

    boolean isFirstEvaluation(long version) {
        return !evaluated.contains(version);
    }

    /** Is written. */
    void evaluated(EvaluationResult result) {
        evaluated.add(result.step());
        newest = Optional.of(result);
    }

    /** Whether the checksums of that version's tensors are to be written, which they are from now on. */
    boolean isFirstSum(long version) {
        return summed.add(version);
    }

    Optional<EvaluationResult> newestEvaluation() {
        return newest;
    }
}
