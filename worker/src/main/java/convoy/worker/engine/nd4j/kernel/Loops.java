package convoy.worker.engine.nd4j.kernel;

/**
 * The element-wise arithmetic, on tiles that lie in the first-level cache. Each is a small static loop over arrays because that
 * is what the JIT compiler turns into vector instructions; ND4J's own element-wise operations and reductions of one array
 * [64, 32, 32, 16] took 0.5-6 ms (batch norm 27 ms forward and 21 ms backward) where these take 0.3-1 ms (on a 4-core Xeon).
 */
public final class Loops {

    /** Floats of a tile: 8 KiB, so that four of them fit a first-level cache of 32 KiB. */
    public static final int TILE = 2048;

    /** Its square makes even the smallest positive float larger than 1. */
    private static final float HUGE = 1e30f;

    private Loops() {}

    /**
     * {@return the rows of a tile, at least one}
     *
     * @param channels of a pixel
     */
    public static int rowsOfTile(int channels) {
        return Math.max(1, TILE / channels);
    }

    /**
     * {@return one value for each channel, over and over, so that it lies beside each element of a tile}
     *
     * @param channelValues {@code [channels]}
     * @param rows how many pixels
     */
    public static float[] repeat(float[] channelValues, int rows) {
        float[] repeated = new float[channelValues.length * rows];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(channelValues, 0, repeated, row * channelValues.length, channelValues.length);
        }
        return repeated;
    }

    /**
     * {@return the sum, in double}
     *
     * @param x what is added up
     * @param length how many floats, from the first one on
     */
    public static double sum(float[] x, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x[i];
        }
        return sum;
    }

    /**
     * {@code sum[i] += x[i]}
     *
     * @param sum added to, float by float
     * @param x what is added
     * @param length how many floats, from the first one on
     */
    public static void add(float[] sum, float[] x, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += x[i];
        }
    }

    /**
     * {@code sum[i] += x[i] * factor[i]}
     *
     * @param sum added to, float by float
     * @param x one factor
     * @param factor the other
     * @param length how many floats, from the first one on
     */
    public static void addProduct(float[] sum, float[] x, float[] factor, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += x[i] * factor[i];
        }
    }

    /**
     * {@code sum += x u + y v + z w}, which reads and writes the sum once.
     *
     * @param sum added to, float by float
     * @param x with {@code u}
     * @param y with {@code v}
     * @param z with {@code w}
     * @param u of {@code x}
     * @param v of {@code y}
     * @param w of {@code z}
     * @param length how many floats, from the first one on
     */
    public static void addThreeProducts(
            float[] sum, float[] x, float[] y, float[] z, float[] u, float[] v, float[] w, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += x[i] * u[i] + y[i] * v[i] + z[i] * w[i];
        }
    }

    /**
     * Adds {@code x - near} and its square.
     *
     * @param sum added to, float by float
     * @param squares added to likewise
     * @param x the values
     * @param near what is taken off them, so that squares lose no digits
     * @param length how many floats, from the first one on
     */
    public static void addDeviations(float[] sum, float[] squares, float[] x, float[] near, int length) {
        for (int i = 0; i < length; i++) {
            float deviation = x[i] - near[i];
            sum[i] += deviation;
            squares[i] += deviation * deviation;
        }
    }

    /**
     * {@code sum[i] += gradient[i] * (x[i] - mean[i])}
     *
     * @param sum added to, float by float
     * @param gradient one factor
     * @param x the other, less the mean
     * @param mean taken off {@code x}
     * @param length how many floats, from the first one on
     */
    public static void addProductWithDeviation(float[] sum, float[] gradient, float[] x, float[] mean, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += gradient[i] * (x[i] - mean[i]);
        }
    }

    /**
     * {@code y = x * scale + shift}; may work in place.
     *
     * @param y overwritten
     * @param x may be {@code y}
     * @param scale the factors
     * @param shift the summands
     * @param length how many floats, from the first one on
     */
    public static void affine(float[] y, float[] x, float[] scale, float[] shift, int length) {
        for (int i = 0; i < length; i++) {
            y[i] = x[i] * scale[i] + shift[i];
        }
    }

    /**
     * {@code dx = scale * dy + slope * (x - mean) + shift}, into dy.
     *
     * @param dy the derivative by the norm's output, overwritten by that by its input
     * @param x the norm's input
     * @param mean taken off {@code x}
     * @param scale of the derivative
     * @param slope of the deviation
     * @param shift the summands
     * @param length how many floats, from the first one on
     */
    public static void normGradient(
            float[] dy, float[] x, float[] mean, float[] scale, float[] slope, float[] shift, int length) {
        for (int i = 0; i < length; i++) {
            dy[i] = dy[i] * scale[i] + ((x[i] - mean[i]) * slope[i] + shift[i]);
        }
    }

    /**
     * {@code x[i] = max(x[i], 0)}
     *
     * @param x overwritten
     * @param length how many floats, from the first one on
     */
    public static void relu(float[] x, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = Math.max(x[i], 0f);
        }
    }

    /**
     * {@code x[i] = min(max(x[i], 0), 6)}
     *
     * @param x overwritten
     * @param length how many floats, from the first one on
     */
    public static void relu6(float[] x, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = Math.min(Math.max(x[i], 0f), 6f);
        }
    }

    /**
     * Zero where x is not between 0 and 6.
     *
     * @param gradient overwritten with the derivative by the input
     * @param x the function's input
     * @param length how many floats, from the first one on
     */
    public static void relu6Gradient(float[] gradient, float[] x, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= Math.min(Math.max(x[i], 0f) * HUGE * HUGE, 1f)
                    * Math.min(Math.max(6f - x[i], 0f) * HUGE * HUGE, 1f);
        }
    }

    /**
     * {@code x = 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2}, off by at most 2e-7, with the rational function for tanh that Eigen has
     * ({@code generic_fast_tanh_float}): a call of {@code Math.exp} for each float would take several times as long as all else
     * that is element-wise in a network of SiLUs.
     *
     * @param x overwritten
     * @param length how many floats, from the first one on
     */
    public static void sigmoid(float[] x, int length) {
        for (int i = 0; i < length; i++) {
            float t = Math.max(Math.min(0.5f * x[i], 7.905311f), -7.905311f);
            float s = t * t;
            float p = -2.7607684e-16f * s + 2.000188e-13f;
            p = p * s + -8.604672e-11f;
            p = p * s + 5.1222973e-8f;
            p = p * s + 1.48572235e-5f;
            p = p * s + 0.00063726195f;
            p = p * s + 0.0048935246f;
            float q = 1.1982584e-6f * s + 0.00011853471f;
            q = q * s + 0.0022684347f;
            q = q * s + 0.004893525f;
            x[i] = 0.5f + 0.5f * (t * p / q);
        }
    }

    /**
     * From the sigmoid's output.
     *
     * @param gradient overwritten with the derivative by the input
     * @param sigmoid the function's output
     * @param length how many floats, from the first one on
     */
    public static void sigmoidGradient(float[] gradient, float[] sigmoid, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= sigmoid[i] * (1f - sigmoid[i]);
        }
    }

    /**
     * The derivative of {@code x sigmoid(x)}.
     *
     * @param gradient overwritten with the derivative by the input
     * @param x the function's input
     * @param sigmoid of that input
     * @param length how many floats, from the first one on
     */
    public static void siluGradient(float[] gradient, float[] x, float[] sigmoid, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= sigmoid[i] * (1f + x[i] * (1f - sigmoid[i]));
        }
    }

    /**
     * Zero where the ReLU's output is; a product, because a comparison would not be vectorized.
     *
     * @param gradient overwritten with the derivative by the input
     * @param reluOutput the function's output
     * @param length how many floats, from the first one on
     */
    public static void reluGradient(float[] gradient, float[] reluOutput, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= Math.min(reluOutput[i] * HUGE * HUGE, 1f);
        }
    }

    /**
     * Zero where {@code max(x * scale + shift, 0)} is.
     *
     * @param gradient overwritten with the derivative by the ReLU's input
     * @param x what was scaled and shifted
     * @param scale the factors
     * @param shift the summands
     * @param length how many floats, from the first one on
     */
    public static void affineReluGradient(float[] gradient, float[] x, float[] scale, float[] shift, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= Math.min(Math.max(x[i] * scale[i] + shift[i], 0f) * HUGE * HUGE, 1f);
        }
    }

    /**
     * {@code x[i] *= factor[i]}
     *
     * @param x overwritten
     * @param factor one for each
     * @param length how many floats, from the first one on
     */
    public static void multiply(float[] x, float[] factor, int length) {
        for (int i = 0; i < length; i++) {
            x[i] *= factor[i];
        }
    }

    /**
     * {@code x[i] *= factors[begin + i]}.
     *
     * @param x overwritten
     * @param factors one for each, from {@code begin} on
     * @param begin an index of the factors
     * @param length how many floats, from the first one on
     */
    public static void multiply(float[] x, float[] factors, int begin, int length) {
        for (int i = 0; i < length; i++) {
            x[i] *= factors[begin + i];
        }
    }

    /**
     * {@code x[i] *= factor}
     *
     * @param x overwritten
     * @param factor one for all
     * @param length how many floats, from the first one on
     */
    public static void scale(float[] x, float factor, int length) {
        for (int i = 0; i < length; i++) {
            x[i] *= factor;
        }
    }

    /**
     * {@code sum[i] += x[begin + i]}.
     *
     * @param sum added to, float by float
     * @param x what is added, from {@code begin} on
     * @param begin an index of {@code x}
     * @param length how many floats, from the first one on
     */
    public static void addRow(float[] sum, float[] x, int begin, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += x[begin + i];
        }
    }

    /**
     * {@code x[begin + i] += row[i] * factor}.
     *
     * @param x added to, from {@code begin} on
     * @param begin an index of {@code x}
     * @param row what is added
     * @param factor of the row
     * @param length how many floats, from the first one on
     */
    public static void addToRow(float[] x, int begin, float[] row, float factor, int length) {
        for (int i = 0; i < length; i++) {
            x[begin + i] += row[i] * factor;
        }
    }
}
