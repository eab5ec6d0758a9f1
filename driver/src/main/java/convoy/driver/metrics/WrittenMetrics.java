package convoy.driver.metrics;

import convoy.driver.evaluation.EvaluationResult;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has to be known of the metrics that are written already: little for any number of steps. Not safe for use by several threads.
 */
public final class WrittenMetrics {
    private final long from;
    private final int classes;
    private final Losses losses;
    private final Set<Long> evaluated = new HashSet<>();
    /** Versions whose tensors' checksums are written. */
    private final Set<Long> summed = new HashSet<>();

    /** Versions whose step's norms are written. */
    private final Set<Long> measured = new HashSet<>();

    private Optional<EvaluationResult> newest = Optional.empty();

    /**
     * Of a run that goes on.
     *
     * @param from updates applied so far
     * @param classes of its network
     */
    public WrittenMetrics(long from, int classes) {
        this.from = from;
        this.classes = classes;
        this.losses = new Losses(from);
    }

    /**
     * Takes in a line that is kept. Of workers it wants to know nothing, and of other versions' lines neither.
     *
     * @param line of the log
     */
    public void take(StoredLine line) {
        long step = line.head().step();
        line.stepLoss().ifPresentOrElse(loss -> losses.add(step - 1, loss.isFinite()), () -> line.line()
                .ifPresent(this::take));
    }

    private void take(MetricsLine line) {
        line.visit(new MetricsLine.Visitor() {
            @Override
            public void step(MetricsLine.Step step) {
                // Its loss is all that is wanted, and is taken without the rest.
            }

            @Override
            public void evaluation(MetricsLine.Evaluation of) {
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

            @Override
            public void checkpoint(MetricsLine.Checkpoint checkpoint) {
                // The directory tells which there are.
            }

            @Override
            public void membership(MetricsLine.Membership membership) {
                // Who took part is of no matter later.
            }

            @Override
            public void tensors(MetricsLine.Tensors sums) {
                summed.add(sums.step());
            }

            @Override
            public void norms(MetricsLine.Norms norms) {
                measured.add(norms.step());
            }
        });
    }

    /** {@return updates applied when the run went on} */
    public long from() {
        return from;
    }

    /** {@return what is known of the losses of all steps that are written} */
    public Losses losses() {
        return losses;
    }

    /** {@return versions whose evaluation is written} */
    public Set<Long> evaluated() {
        return Set.copyOf(evaluated);
    }

    /**
     * {@return whether the evaluation of a version is not written}
     *
     * @param version updates applied
     */
    public boolean isFirstEvaluation(long version) {
        return !evaluated.contains(version);
    }

    /**
     * An evaluation is written.
     *
     * @param result which
     */
    public void evaluated(EvaluationResult result) {
        evaluated.add(result.step());
        newest = Optional.of(result);
    }

    /**
     * {@return whether the checksums of that version's tensors are to be written, which they are from now on}
     *
     * @param version updates applied
     */
    public boolean isFirstSum(long version) {
        return summed.add(version);
    }

    /**
     * {@return whether the norms of a step are to be written, which they are from now on}
     *
     * @param version that the step made
     */
    public boolean isFirstMeasure(long version) {
        return measured.add(version);
    }

    /** {@return the newest that is written} */
    public Optional<EvaluationResult> newestEvaluation() {
        return newest;
    }
}
