package convoy.driver.scoring;

import java.util.Arrays;
import java.util.Optional;

/**
 * The classes that a model is most for, the best first, of equal ones the lower first.
 *
 * @param classes {@code [k]} indices
 * @param probabilities {@code [k]} of these classes: the softmax of all logits, or the sigmoid of its own where a row may be of several
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
        Optional<long[]> keys = keys(logits, offset, count);
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < count; c++) {
            largest = Math.max(largest, logits[offset + c]);
        }
        if (keys.isEmpty() || Float.isInfinite(largest)) {
            return Optional.empty();
        }
        double sum = 0;
        for (int c = 0; c < count; c++) {
            sum += StrictMath.exp((double) logits[offset + c] - largest);
        }
        int[] classes = best(keys.get(), k);
        float[] probabilities = new float[k];
        for (int i = 0; i < k; i++) {
            probabilities[i] = (float) (StrictMath.exp((double) logits[offset + classes[i]] - largest) / sum);
        }
        return Optional.of(new Ranking(classes, probabilities));
    }

    /**
     * {@return the ranking of one row that may be of several classes, each by itself; empty if a logit is no number}
     *
     * <p>The sigmoid is {@code 1 / (1 + exp(-z))} in double precision with {@link StrictMath}, without an exponential of a large number.
     *
     * @param logits of one or several rows
     * @param offset of the row's first
     * @param count of its classes
     * @param k how many are wanted, from 1 to {@code count}
     */
    public static Optional<Ranking> ofEach(float[] logits, int offset, int count, int k) {
        return keys(logits, offset, count).map(keys -> {
            int[] classes = best(keys, k);
            float[] probabilities = new float[k];
            for (int i = 0; i < k; i++) {
                double logit = logits[offset + classes[i]];
                double small = StrictMath.exp(-Math.abs(logit));
                probabilities[i] = (float) (logit >= 0 ? 1 / (1 + small) : small / (1 + small));
            }
            return new Ranking(classes, probabilities);
        });
    }

    /** By which classes are sorted; empty if a logit is no number. */
    private static Optional<long[]> keys(float[] logits, int offset, int count) {
        long[] keys = new long[count];
        for (int c = 0; c < count; c++) {
            if (Float.isNaN(logits[offset + c])) {
                return Optional.empty();
            }
            keys[c] = key(logits[offset + c], c);
        }
        return Optional.of(keys);
    }

    private static int[] best(long[] keys, int k) {
        Arrays.sort(keys);
        return Arrays.stream(keys).limit(k).mapToInt(key -> (int) (key & INDEX)).toArray();
    }

    /** Smaller for a larger logit, and of equal logits for a lower class; adding 0 makes one of both zeros. */
    private static long key(float logit, int index) {
        int bits = Float.floatToIntBits(logit + 0.0f);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~rising << 32) | index;
    }
}
