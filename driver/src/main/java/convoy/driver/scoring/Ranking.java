package convoy.driver.scoring;

import java.util.Arrays;
import java.util.Optional;

/**
 * The classes that a model is most for, the best first, of equal ones the lower first.
 *
 * @param classes {@code [k]} indices
 * @param probabilities {@code [k]} of these classes: the softmax of all logits
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Ranking(int[] classes, float[] probabilities) {
    private static final long INDEX = 0xffff_ffffL;

    /**
     * {@return the ranking of one row; empty if a logit is no number or the largest is infinite}
     *
     * <p>The softmax is {@code exp(z_c - max z) / sum exp(z_i - max z)} in double precision with {@link StrictMath}, added up in the order
     * of the classes: the same bits anywhere and for any k.
     *
     * @param logits of one or several rows
     * @param offset of the row's first
     * @param count of its classes
     * @param k how many are wanted, from 1 to {@code count}
     */
    public static Optional<Ranking> of(float[] logits, int offset, int count, int k) {
        float largest = Float.NEGATIVE_INFINITY;
        long[] keys = new long[count];
        for (int c = 0; c < count; c++) {
            float logit = logits[offset + c];
            if (Float.isNaN(logit)) {
                return Optional.empty();
            }
            largest = Math.max(largest, logit);
            keys[c] = key(logit, c);
        }
        if (Float.isInfinite(largest)) {
            return Optional.empty();
        }
        double sum = 0;
        for (int c = 0; c < count; c++) {
            sum += StrictMath.exp((double) logits[offset + c] - largest);
        }
        Arrays.sort(keys);
        int[] classes = new int[k];
        float[] probabilities = new float[k];
        for (int i = 0; i < k; i++) {
            classes[i] = (int) (keys[i] & INDEX);
            probabilities[i] = (float) (StrictMath.exp((double) logits[offset + classes[i]] - largest) / sum);
        }
        return Optional.of(new Ranking(classes, probabilities));
    }

    /** Smaller for a larger logit, and of equal logits for a lower class; adding 0 makes one of both zeros. */
    private static long key(float logit, int index) {
        int bits = Float.floatToIntBits(logit + 0.0f);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~rising << 32) | index;
    }
}
