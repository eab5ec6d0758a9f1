package convoy.worker.engine.lowering;

import convoy.architectures.random.RandomStream;
import convoy.worker.engine.MicroBatchKey;

/**
 * What a node of dropout drops: a function of the micro-batch's key alone, the same bits in every engine and on every device.
 *
 * <p>A unit is dropped or kept as a whole. Units are numbered in the order that channels-last images have in memory, see {@link Kind}.
 * Four of them share one word of 64 bits of the stream (seed, "dropout." + node, step, micro-batch), the lowest bits first:
 *
 * <pre>
 *   bits of word j |  48 ... 63  |  32 ... 47  |  16 ... 31  |   0 ... 15
 *   unit           |   4 j + 3   |   4 j + 2   |   4 j + 1   |   4 j
 * </pre>
 *
 * <p>A unit is dropped, which is multiplied by 0, if its 16 bits are less than the {@linkplain #threshold() threshold} as a number
 * without a sign; if not, it is multiplied by the {@linkplain #factor() factor}. So a probability is one of multiples of 2<sup>-16</sup>,
 * and the expectation is exact for that one (but for rounding the factor to a half type).
 *
 * <p>Four units a word, since drawing is most of what dropout costs; in the order of the memory, so that nothing is transposed; and of a
 * stream whose words are functions of their indexes, so that a device can compute all of them at once.
 *
 * @param node the node's name
 * @param probability with which a unit is dropped, in {@code [0, 1)}
 * @param kind what a unit is
 */
public record DropoutUnits(String node, double probability, Kind kind) {
    private static final int UNITS_OF_A_WORD = 4;

    private static final int VALUES = 1 << 16;
    /** Such that the factor, 32,768, is a number of half precision too. */
    private static final int HIGHEST_THRESHOLD = VALUES - 2;

    /** What is dropped as a whole. */
    public enum Kind {
        /** Each float: {@code [N, H, W, C]}, or {@code [N, F]} of vectors. */
        SCALAR(true, true),
        /** Each channel of each example: {@code [N, C]}. */
        CHANNEL(false, true),
        /** Each example: {@code [N]}. */
        EXAMPLE(false, false);

        private final boolean ofPixel;
        private final boolean ofChannel;

        Kind(boolean ofPixel, boolean ofChannel) {
            this.ofPixel = ofPixel;
            this.ofChannel = ofChannel;
        }

        /** {@return whether the pixels of an image are units of their own} */
        public boolean isOfPixel() {
            return ofPixel;
        }

        /** {@return whether the channels of an image, or the floats of a vector, are units of their own} */
        public boolean isOfChannel() {
            return ofChannel;
        }
    }

    /**
     * {@return of the 65,536 values of 16 bits, how many drop a unit: the nearest to the probability, but at most
     * 65,534} None do if that is below 2<sup>-17</sup>.
     */
    public int threshold() {
        return (int) Math.min(HIGHEST_THRESHOLD, Math.round(probability * VALUES));
    }

    /** {@return what kept units are multiplied by} */
    public float factor() {
        return (float) ((double) VALUES / (VALUES - threshold()));
    }

    /**
     * {@return the stream of a micro-batch}
     *
     * @param key what its numbers are a function of
     */
    public RandomStream stream(MicroBatchKey key) {
        return RandomStream.of(key.seed(), "dropout." + node, key.step(), key.microBatch());
    }

    /**
     * {@return how many words decide so many units}
     *
     * @param units how many
     */
    public static int words(int units) {
        return -Math.floorDiv(-units, UNITS_OF_A_WORD);
    }

    /**
     * Fills in what the first units of a micro-batch are multiplied by.
     *
     * @param key what its numbers are a function of
     * @param factors takes 0 or {@link #factor} for each unit, from its beginning on
     * @param count how many units
     */
    public void draw(MicroBatchKey key, float[] factors, int count) {
        RandomStream stream = stream(key);
        int last = threshold() - 1;
        int factor = Float.floatToRawIntBits(factor());
        for (int begin = 0; begin < count; begin += UNITS_OF_A_WORD) {
            long word = stream.nextLong();
            int end = Math.min(count, begin + UNITS_OF_A_WORD);
            for (int unit = begin; unit < end; unit++) {
                // All bits or none, by the sign of a difference: a branch would be foretold wrongly as often as not.
                int kept = (last - (int) (word & (VALUES - 1))) >> 31;
                factors[unit] = Float.intBitsToFloat(factor & kept);
                word >>>= 16;
            }
        }
    }
}
