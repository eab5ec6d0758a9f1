package convoy.worker.metric;

import java.util.Arrays;

/** What a model said of one held-out row, and what it is. */
public final class ScoredRow {
    private final float[] logits;
    private final int label;

    ScoredRow(float[] logits, int label) {
        this.logits = logits;
        this.label = label;
    }

    /** {@return the class of the row, from 0} */
    public int label() {
        return label;
    }

    /** {@return how many classes there are} */
    public int classes() {
        return logits.length;
    }

    /** {@return a score for each class, a copy} */
    public float[] logits() {
        return logits.clone();
    }

    /** {@return the softmax of the scores, in double precision with {@link StrictMath}: the same bits anywhere} */
    public double[] probabilities() {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] = StrictMath.exp(logits[c] - largest);
            sum += probabilities[c];
        }
        double all = sum;
        Arrays.setAll(probabilities, c -> probabilities[c] / all);
        return probabilities;
    }
}
