package convoy.driver.evaluation;

import java.util.Arrays;
import java.util.Optional;

/**
 * The area under the steps of precision over recall, {@code sum (R_n - R_(n-1)) P_n}, n running over the different scores from the
 * highest on, as scikit-learn's {@code average_precision_score}: rows of equal scores come together.
 */
final class AveragePrecision {
    private AveragePrecision() {}

    /**
     * The area; empty if no row is of the class.
     *
     * @param scores of the rows, numbers or infinite
     * @param there whether a row is of the class
     */
    static Optional<Double> of(float[] scores, boolean[] there) {
        long[] keys = new long[scores.length];
        long positives = 0;
        for (int row = 0; row < scores.length; row++) {
            // Negative zero is zero, as a comparison has it.
            keys[row] = (long) descending(scores[row] + 0.0f) << 1 | (there[row] ? 1 : 0);
            positives += there[row] ? 1 : 0;
        }
        if (positives == 0) {
            return Optional.empty();
        }
        Arrays.sort(keys);
        double area = 0;
        double recall = 0;
        long hits = 0;
        for (int row = 0; row < keys.length; row++) {
            hits += keys[row] & 1;
            boolean last = row + 1 == keys.length || keys[row + 1] >> 1 != keys[row] >> 1;
            if (last) {
                double here = (double) hits / positives;
                area += (here - recall) * ((double) hits / (row + 1));
                recall = here;
            }
        }
        return Optional.of(area);
    }

    /** A number that is the smaller, the larger the score. */
    private static int descending(float score) {
        int bits = Float.floatToIntBits(score);
        return bits >= 0 ? -bits : bits & Integer.MAX_VALUE;
    }
}
