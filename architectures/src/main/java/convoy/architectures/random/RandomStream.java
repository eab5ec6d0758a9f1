package convoy.architectures.random;

import java.nio.charset.StandardCharsets;

/**
 * A stream of random numbers that is a pure function of (seed, purpose, coordinates): whoever asks for the same stream
 * gets the same numbers, on any machine and in any order of asking, which is what makes a run repeatable on any cluster.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood 2014): a 64-bit counter and a finalizer. Its starting point is a
 * hash of all that names the stream. A stream belongs to the thread that made it.
 */
public final class RandomStream {
    /** What the counter grows by from word to word. */
    public static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** The finalizer's first factor, for {@link #mix} of many words elsewhere. */
    public static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;

    /** Its second factor. */
    public static final long SECOND_FACTOR = 0x94D049BB133111EBL;

    private long state;
    private double spareGaussian = Double.NaN;

    private RandomStream(long state) {
        this.state = state;
    }

    /**
     * {@return the stream of one purpose}
     *
     * @param seed the seed of the run
     * @param purpose what the numbers are for, for example {@code "augment"}
     * @param coordinates what distinguishes the streams of one purpose, for example epoch and row
     */
    public static RandomStream of(long seed, String purpose, long... coordinates) {
        long hash = mix(seed + GOLDEN_GAMMA);
        for (byte letter : purpose.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (letter & 0xFF)) * 0x100000001B3L;
        }
        // The count keeps (…, 1) and (…, 1, 0) apart, and the purpose's end from the first coordinate.
        hash = mix(hash + coordinates.length);
        for (long coordinate : coordinates) {
            hash = mix((hash ^ mix(coordinate + GOLDEN_GAMMA)) + GOLDEN_GAMMA);
        }
        return new RandomStream(hash);
    }

    /**
     * {@return the counter} The word that comes j words after the next one is SplitMix64's finalizer of {@code
     * counter() + (j + 1)} {@link #GOLDEN_GAMMA}: whoever computes many words at once, elsewhere, begins here.
     */
    public long counter() {
        return state;
    }

    /** {@return 64 random bits} */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /**
     * Uniform in {@code [0, bound)}, without bias: numbers of the incomplete last interval are drawn again.
     *
     * @param bound above the greatest number that may come
     * @return the number
     * @throws IllegalArgumentException if {@code bound} is not positive
     */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound = " + bound + ", must be positive");
        }
        long threshold = (1L << 32) % bound;
        while (true) {
            long product = (nextLong() >>> 32) * bound;
            if ((product & 0xFFFFFFFFL) >= threshold) {
                return (int) (product >>> 32);
            }
        }
    }

    /**
     * Uniform in {@code [0, 1)}, a multiple of 2<sup>-24</sup>.
     *
     * @return the number
     */
    public float nextFloat() {
        return (nextLong() >>> 40) * 0x1.0p-24f;
    }

    /**
     * Uniform in {@code [0, 1)}, a multiple of 2<sup>-53</sup>.
     *
     * @return the number
     */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /**
     * Normal with mean 0 and variance 1, by Marsaglia's polar method in {@link StrictMath}: the same bits everywhere.
     *
     * @return the number
     */
    public double nextGaussian() {
        if (!Double.isNaN(spareGaussian)) {
            double gaussian = spareGaussian;
            spareGaussian = Double.NaN;
            return gaussian;
        }
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double square = x * x + y * y;
            if (square < 1 && square > 0) {
                double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
                spareGaussian = y * scale;
                return x * scale;
            }
        }
    }

    /**
     * {@return what the finalizer makes of 64 bits: a bijection that leaves nothing of any pattern in them}
     *
     * @param bits any
     */
    public static long mix(long bits) {
        long z = bits;
        z = (z ^ (z >>> 30)) * FIRST_FACTOR;
        z = (z ^ (z >>> 27)) * SECOND_FACTOR;
        return z ^ (z >>> 31);
    }
}
