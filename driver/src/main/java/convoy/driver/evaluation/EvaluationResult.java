package convoy.driver.evaluation;

import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.metric.Metrics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a model did on held-out rows.
 *
 * @param step updates applied to the model; -1 where the model does not say
 * @param rows images scored
 * @param top1 images whose label had the highest score; where they may show several classes, of which all were found and no others
 * @param top5 images whose label was among the five highest scores; empty for five classes or fewer, of which all are
 * @param loss mean cross-entropy
 * @param metrics figures of one's own, by their names
 */
public record EvaluationResult(
        long step, long rows, long top1, Optional<Long> top5, double loss, SortedMap<String, Double> metrics) {
    private static final int TOP = 5;

    public EvaluationResult {
        metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }

    /**
     * Without figures of one's own.
     *
     * @param step updates applied to the model; -1 where the model does not say
     * @param rows images scored
     * @param top1 images whose label had the highest score
     * @param top5 images whose label was among the five highest scores; empty for five classes or fewer, of which all are
     * @param loss mean cross-entropy
     */
    public EvaluationResult(long step, long rows, long top1, Optional<Long> top5, double loss) {
        this(step, rows, top1, top5, loss, Collections.emptySortedMap());
    }

    /**
     * {@return whether it says anything that a label is among the five highest scores}
     *
     * @param classes of the model
     */
    public static boolean tells5(int classes) {
        return classes > TOP;
    }

    /**
     * Adds blocks in their order.
     *
     * @param step updates applied to the model; -1 where the model does not say
     * @param classes of the model
     * @param blocks of all held-out rows, in order
     * @return the figures, which are the same whoever scored the blocks
     */
    public static EvaluationResult of(long step, int classes, List<EvaluationMetrics> blocks) {
        return of(step, classes, blocks, Metrics.none());
    }

    /**
     * The same with figures of one's own.
     *
     * @param step updates applied to the model; -1 where the model does not say
     * @param classes of the model
     * @param blocks of all held-out rows, in order
     * @param metrics whose sums the blocks have
     * @return the figures, which are the same whoever scored the blocks
     */
    public static EvaluationResult of(long step, int classes, List<EvaluationMetrics> blocks, Metrics metrics) {
        long rows = 0;
        long top1 = 0;
        long top5 = 0;
        double loss = 0;
        double[] own = metrics.zeros();
        for (EvaluationMetrics block : blocks) {
            rows += block.rows();
            top1 += block.top1();
            top5 += block.top5();
            loss += block.lossSum();
            for (int i = 0; i < own.length; i++) {
                own[i] += block.sums().own().get(i);
            }
        }
        return new EvaluationResult(
                step,
                rows,
                top1,
                tells5(classes) ? Optional.of(top5) : Optional.empty(),
                loss / rows,
                metrics.figures(own, rows));
    }

    /** {@return the share of the images whose label had the highest score, in [0, 1]} */
    public double top1Accuracy() {
        return (double) top1 / rows;
    }

    /** {@return the share of the images whose label was among the five highest scores, in [0, 1]; empty for five classes or fewer} */
    public Optional<Double> top5Accuracy() {
        return top5.map(right -> (double) right / rows);
    }
}
