package convoy.worker.data.image;

import java.util.Arrays;

/**
 * The weights with which the pixels of one axis make up the pixels of the scaled axis: bilinear with antialiasing, in the
 * fixed-point arithmetic of Pillow ({@code ImagingResample}, 8 bits a channel), so that the bytes are Pillow's.
 *
 * <p>Output i is {@code sum over k < taps of weights[i*taps + k] * input[starts[i] + k]}, plus {@link #HALF}, shifted
 * right by {@link #BITS}. The weights of an output are not negative and add up to nearly {@code 1 << BITS}, so the result
 * is a byte again. All outputs have as many taps as the one with the most, some of them 0: a loop that always runs as
 * often is predicted well.
 */
final class Resampling {
    static final int BITS = 32 - 8 - 2;
    static final int HALF = 1 << (BITS - 1);

    int taps;
    int[] starts = {};
    int[] weights = {};

    private int[] counts = {};
    private double[] exact = {};

    /**
     * Works out the weights of the outputs {@code [from, to)} of an axis.
     *
     * @param low the first pixel that may be used
     * @param high the pixel after the last that may be used
     * @param boxStart where the stretch that is scaled begins, in pixels
     * @param boxLength its length
     * @param outputs pixels that it is scaled to
     */
    void prepare(int low, int high, double boxStart, double boxLength, int outputs, int from, int to) {
        double scale = boxLength / outputs;
        double filterScale = Math.max(scale, 1);
        double inverse = 1 / filterScale;
        int size = to - from;
        int most = Math.min(high - low, (int) Math.ceil(filterScale) * 2 + 1);
        if (starts.length < size) {
            starts = new int[size];
            counts = new int[size];
        }
        taps = 1;
        for (int i = 0; i < size; i++) {
            double center = center(boxStart - low, scale, from + i);
            starts[i] = Math.max(0, (int) (center - filterScale + 0.5));
            counts[i] = Math.min(high - low, (int) (center + filterScale + 0.5)) - starts[i];
            taps = Math.max(taps, counts[i]);
        }
        if (weights.length < size * taps) {
            weights = new int[size * taps];
        }
        Arrays.fill(weights, 0, size * taps, 0);
        if (exact.length < most) {
            exact = new double[most];
        }
        for (int i = 0; i < size; i++) {
            double center = center(boxStart - low, scale, from + i);
            int start = starts[i];
            double sum = 0;
            for (int k = 0; k < counts[i]; k++) {
                exact[k] = Math.max(0, 1 - Math.abs((k + start - center + 0.5) * inverse));
                sum += exact[k];
            }
            // The taps that are 0 must lie inside as well.
            int shift = Math.max(0, start + taps - (high - low));
            for (int k = 0; k < counts[i]; k++) {
                weights[i * taps + shift + k] = (int) (0.5 + exact[k] / sum * (1 << BITS));
            }
            starts[i] = low + start - shift;
        }
    }

    /** How many pixels the first so many outputs are made of, from the first one's first to the last one's last. */
    int span(int outputs) {
        return starts[outputs - 1] + taps - starts[0];
    }

    /** Counted from the first pixel that may be used, so that a crop rounds as Pillow rounds the cropped picture. */
    private static double center(double boxStart, double scale, int output) {
        return boxStart + (output + 0.5) * scale;
    }
}
