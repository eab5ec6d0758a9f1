package convoy.worker.data;

/**
 * The weights with which the pixels of one axis make up the pixels of the scaled axis: bilinear with antialiasing, in the
 * fixed-point arithmetic of Pillow ({@code ImagingResample}, 8 bits a channel), so that the bytes are Pillow's.
 *
 * <p>Output i is {@code sum over k < counts[i] of weights[i*taps + k] * input[starts[i] + k]}, plus {@link #HALF}, shifted
 * right by {@link #BITS}.
 */
final class Resampling {
    static final int BITS = 32 - 8 - 2;
    static final int HALF = 1 << (BITS - 1);

    int taps;
    int[] starts = {};
    int[] counts = {};
    int[] weights = {};

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
        taps = (int) Math.ceil(filterScale) * 2 + 1;
        int size = to - from;
        if (starts.length < size) {
            starts = new int[size];
            counts = new int[size];
        }
        if (weights.length < size * taps) {
            weights = new int[size * taps];
        }
        if (exact.length < taps) {
            exact = new double[taps];
        }
        for (int i = 0; i < size; i++) {
            // Counted from the first pixel, so that a crop rounds as Pillow rounds the cropped picture.
            double center = boxStart - low + (from + i + 0.5) * scale;
            int start = Math.max(0, (int) (center - filterScale + 0.5));
            int count = Math.min(high - low, (int) (center + filterScale + 0.5)) - start;
            double sum = 0;
            for (int k = 0; k < count; k++) {
                exact[k] = Math.max(0, 1 - Math.abs((k + start - center + 0.5) * inverse));
                sum += exact[k];
            }
            for (int k = 0; k < count; k++) {
                weights[i * taps + k] = (int) (0.5 + exact[k] / sum * (1 << BITS));
            }
            starts[i] = low + start;
            counts[i] = count;
        }
    }
}
