package convoy.worker.loop;

import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.metric.Metrics;
import java.util.Arrays;
import java.util.Optional;

/**
 * Scores held-out rows block by block. Blocks and the batches in them lie fixed, and everything is added in the order of the
 * rows, so that the metrics are the same whoever scores what.
 *
 * @param data the held-out data set
 * @param transforms of its images
 * @param batch images scored at once
 * @param blockRows rows of a block, a multiple of {@code batch}
 * @param options how the rows are read
 * @param metrics of one's own
 */
public record BlockScorer(
        DataSet data, Transforms transforms, int batch, int blockRows, PipelineOptions options, Metrics metrics) {
    private static final int TOP = 5;

    public BlockScorer {
        if (batch < 1 || blockRows < batch || blockRows % batch != 0) {
            throw new IllegalArgumentException(
                    "blocks of " + Counts.plain(blockRows, "row") + " in batches of " + batch);
        }
    }

    /**
     * Without metrics of one's own.
     *
     * @param data the held-out data set
     * @param transforms of its images
     * @param batch images scored at once
     * @param blockRows rows of a block, a multiple of {@code batch}
     * @param options how the rows are read
     */
    public BlockScorer(DataSet data, Transforms transforms, int batch, int blockRows, PipelineOptions options) {
        this(data, transforms, batch, blockRows, options, Metrics.none());
    }

    /**
     * {@return how many rows a block has: a few batches, so that asking for one costs nothing beside scoring it}
     *
     * @param batch images scored at once
     */
    public static int blockRows(int batch) {
        return batch * Math.max(1, 512 / batch);
    }

    /**
     * {@return how many blocks a data set with so many rows has}
     *
     * @param rows of the data set
     * @param blockRows of a block
     */
    public static int blocks(long rows, int blockRows) {
        return Math.toIntExact((rows + blockRows - 1) / blockRows);
    }

    /** Is told what each row was taken for. */
    @FunctionalInterface
    public interface Guesses {
        /**
         * One row.
         *
         * @param label its class
         * @param guess the class with the highest score, of equal ones the lowest; -1 if a score is no number
         */
        void add(int label, int guess);

        /**
         * One row of a data set whose pictures may show several classes, in place of {@link #add}.
         *
         * @param label which set of classes it shows
         * @param logits of its batch
         * @param offset where those of the row begin
         */
        default void scored(int label, float[] logits, int offset) {}
    }

    /**
     * Scores one block with the parameters that the engine has.
     *
     * @param engine that has parameters
     * @param version of these parameters
     * @param block from 0
     * @return how many rows were taken for what they are, and the sum of their losses
     * @throws InterruptedException if interrupted while waiting
     */
    public EvaluationMetrics score(Engine engine, long version, int block) throws InterruptedException {
        return score(engine, version, block, (label, guess) -> {});
    }

    /**
     * The same, and tells what each row was taken for.
     *
     * @param engine that has parameters
     * @param version of these parameters
     * @param block from 0
     * @param guesses told of each row
     * @return how many rows were taken for what they are, and the sum of their losses
     * @throws InterruptedException if interrupted while waiting
     */
    public EvaluationMetrics score(Engine engine, long version, int block, Guesses guesses)
            throws InterruptedException {
        long begin = (long) block * blockRows;
        long end = Math.min(data.rows(), begin + blockRows);
        int rows = 0;
        int top1 = 0;
        int top5 = 0;
        double loss = 0;
        double[] own = metrics.zeros();
        try (EvaluationReader reader = new EvaluationReader(data, transforms, begin, end, batch, options)) {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch images = next.get();
                float[] logits = engine.predict(images);
                int classes = logits.length / images.examples();
                for (int row = 0; row < images.examples() && images.sets().isPresent(); row++) {
                    int label = images.labels()[row];
                    boolean[] shown = images.sets().get().of(label);
                    top1 += allRight(logits, row * classes, shown) ? 1 : 0;
                    loss += sigmoidCrossEntropy(logits, row * classes, shown);
                    guesses.scored(label, logits, row * classes);
                }
                for (int row = 0; row < images.examples() && images.sets().isEmpty(); row++) {
                    int rank = rank(logits, row * classes, classes, images.labels()[row]);
                    top1 += rank == 0 ? 1 : 0;
                    top5 += rank < TOP ? 1 : 0;
                    loss += crossEntropy(logits, row * classes, classes, images.labels()[row]);
                    metrics.add(own, logits, row * classes, classes, images.labels()[row]);
                    guesses.add(images.labels()[row], guess(logits, row * classes, classes));
                }
                rows += images.examples();
            }
        }
        EvaluationMetrics.Sums sums =
                new EvaluationMetrics.Sums(loss, Arrays.stream(own).boxed().toList());
        return new EvaluationMetrics(version, block, rows, top1, top5, sums);
    }

    /** How many classes score better than the label; of equal scores the lower class wins. Last if it is no number. */
    static int rank(float[] logits, int offset, int classes, int label) {
        float own = logits[offset + label];
        int better = 0;
        for (int other = 0; other < classes; other++) {
            float score = logits[offset + other];
            if (other != label && (!(score <= own) || (score == own && other < label))) {
                better++;
            }
        }
        return better;
    }

    /** The class of rank 0; -1 if there is none, as a score is no number. */
    static int guess(float[] logits, int offset, int classes) {
        int best = 0;
        for (int other = 0; other < classes; other++) {
            if (Float.isNaN(logits[offset + other])) {
                return -1;
            }
            best = logits[offset + other] > logits[offset + best] ? other : best;
        }
        return best;
    }

    /**
     * {@return whether each class is found, by a logit of 0 or more, where it is shown and nowhere else}
     *
     * @param logits of one or several rows
     * @param offset of the row's first
     * @param shown {@code [classes]}, the classes that the row shows
     */
    public static boolean allRight(float[] logits, int offset, boolean[] shown) {
        for (int c = 0; c < shown.length; c++) {
            float logit = logits[offset + c];
            if (Float.isNaN(logit) || logit >= 0 != shown[c]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The mean over the classes of {@code log(1 + exp(logit)) - target * logit}, in double precision with {@link StrictMath}: the
     * same bits anywhere, and no exponential of a large number.
     */
    static double sigmoidCrossEntropy(float[] logits, int offset, boolean[] shown) {
        double sum = 0;
        for (int c = 0; c < shown.length; c++) {
            double logit = logits[offset + c];
            sum += Math.max(logit, 0) - (shown[c] ? logit : 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(logit)));
        }
        return sum / shown.length;
    }

    /** {@code log sum exp(logits) - logits[label]}, in double precision with {@link StrictMath}: the same bits anywhere. */
    static double crossEntropy(float[] logits, int offset, int classes, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int other = 0; other < classes; other++) {
            largest = Math.max(largest, logits[offset + other]);
        }
        double sum = 0;
        for (int other = 0; other < classes; other++) {
            sum += StrictMath.exp(logits[offset + other] - largest);
        }
        return largest + StrictMath.log(sum) - logits[offset + label];
    }
}
