package convoy.worker.data.provided;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.FloatImage;

/**
 * Changes the pixels of a picture. What becomes of them is a function of the pixels and of the stream alone, bit for bit, on any machine:
 * no time, no state, no chance from elsewhere, and {@link StrictMath} for what is not exactly rounded. Several threads call one at a time,
 * each with a picture of its own.
 */
@FunctionalInterface
public interface PixelFunction {
    /**
     * Changes it in place; its size stays.
     *
     * @param picture pixels in [0, 1], {@code [channels, height, width]}
     * @param random where all chance comes from: the same numbers for the same row, pass and seed
     */
    void apply(FloatImage picture, RandomStream random);
}
