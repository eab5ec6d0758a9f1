package convoy.driver.coordination;

import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The metrics of one step, gathered micro-batch by micro-batch and added in the order of the micro-batches, so that they
 * come out the same on any cluster. Not safe for use by several threads.
 */
public final class StepMetrics {
    /**
     * What a worker spent on a step.
     *
     * @param microBatches that it computed
     * @param computeNanos in the engine
     * @param dataWaitNanos waiting for batches
     * @param pullWaitNanos waiting for parameters
     */
    public record Effort(int microBatches, long computeNanos, long dataWaitNanos, long pullWaitNanos) {
        Effort plus(StepReport report) {
            return new Effort(
                    microBatches + report.metrics().size(),
                    computeNanos + report.times().compute(),
                    dataWaitNanos + report.times().dataWait(),
                    pullWaitNanos + report.times().pullWait());
        }
    }

    private static final Effort NOTHING = new Effort(0, 0, 0, 0);

    private final long step;
    private final List<Optional<MicroBatchMetrics>> metrics = new ArrayList<>();
    private final Map<String, Effort> efforts = new TreeMap<>();
    private int missing;

    StepMetrics(long step, int microBatches) {
        this.step = step;
        for (int microBatch = 0; microBatch < microBatches; microBatch++) {
            metrics.add(Optional.empty());
        }
        this.missing = microBatches;
    }

    /** Takes in what is new in the report; what came before is the same. */
    void add(String worker, StepReport report) {
        efforts.merge(worker, NOTHING.plus(report), (before, ignored) -> before.plus(report));
        for (MicroBatchMetrics of : report.metrics()) {
            if (has(of.microBatch())) {
                continue;
            }
            metrics.set(of.microBatch(), Optional.of(of));
            missing--;
        }
    }

    /** What a worker spent. */
    Effort effort(String worker) {
        return efforts.getOrDefault(worker, NOTHING);
    }

    boolean has(int microBatch) {
        return metrics.get(microBatch).isPresent();
    }

    boolean complete() {
        return missing == 0;
    }

    /** How many micro-batches are done. */
    int done() {
        return metrics.size() - missing;
    }

    boolean untouched() {
        return missing == metrics.size();
    }

    List<Integer> missing() {
        List<Integer> indices = new ArrayList<>();
        for (int microBatch = 0; microBatch < metrics.size(); microBatch++) {
            if (!has(microBatch)) {
                indices.add(microBatch);
            }
        }
        return indices;
    }

    /** {@return the step, 0-based} */
    public long step() {
        return step;
    }

    /** {@return images of the step} */
    public long examples() {
        return metrics.stream()
                .flatMap(Optional::stream)
                .mapToLong(MicroBatchMetrics::examples)
                .sum();
    }

    /** {@return images whose label had the highest score of the main head} */
    public long correct() {
        return metrics.stream()
                .flatMap(Optional::stream)
                .mapToLong(MicroBatchMetrics::correct)
                .sum();
    }

    /** {@return the mean loss of the main head, over the images} */
    public double loss() {
        double sum = 0;
        for (Optional<MicroBatchMetrics> of : metrics) {
            sum += of.map(MicroBatchMetrics::lossSum).orElse(0.0);
        }
        return sum / examples();
    }

    /** {@return the mean weighted loss of the auxiliary heads, over the images; 0 without any} */
    public double auxiliaryLoss() {
        double sum = 0;
        for (Optional<MicroBatchMetrics> of : metrics) {
            sum += of.map(MicroBatchMetrics::auxiliaryLossSum).orElse(0.0);
        }
        return sum / examples();
    }

    /** {@return whether both losses are numbers} */
    public boolean isFinite() {
        return Double.isFinite(loss()) && Double.isFinite(auxiliaryLoss());
    }

    /** {@return the first loss that is no number; the auxiliary heads' if there is none} */
    public double badLoss() {
        return Double.isFinite(loss()) ? auxiliaryLoss() : loss();
    }

    /** {@return what each worker spent, by its name} */
    public Map<String, Effort> efforts() {
        return Map.copyOf(efforts);
    }
}
