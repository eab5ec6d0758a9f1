package convoy.worker.engine.nd4j.norm;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of an EvoNorm, weight, bias and v, each {@code [channels]} and one after the other, and the moments of one image.
 *
 * @param weight factors of the output
 * @param bias summands of the output
 * @param v factors inside the activation
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record EvoNormParameters(float[] weight, float[] bias, float[] v) {

    static EvoNormParameters read(INDArray view, int channels) {
        FloatBuffer floats = HostFloats.read(view);
        float[][] values = new float[3][channels];
        for (int i = 0; i < values.length; i++) {
            floats.get(i * channels, values[i]);
        }
        return new EvoNormParameters(values[0], values[1], values[2]);
    }

    /** Writes the gradient of weight, bias and v. */
    static void write(INDArray view, double[] weight, double[] bias, double[] v) {
        float[] floats = new float[3 * weight.length];
        for (int c = 0; c < weight.length; c++) {
            floats[c] = (float) weight[c];
            floats[weight.length + c] = (float) bias[c];
            floats[2 * weight.length + c] = (float) v[c];
        }
        HostFloats.write(view).put(0, floats);
    }

    /** Adds the sums over pixels of each channel. */
    static void addSums(double[] sums, float[] image) {
        for (int at = 0; at < image.length; at += sums.length) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] += image[at + c];
            }
        }
    }

    /** Adds the sums over pixels of each channel's squared distances to a mean. */
    static void addSquares(double[] sums, float[] image, double[] means) {
        for (int at = 0; at < image.length; at += sums.length) {
            for (int c = 0; c < sums.length; c++) {
                double deviation = image[at + c] - means[c];
                sums[c] += deviation * deviation;
            }
        }
    }
}
