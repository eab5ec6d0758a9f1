package convoy.worker.engine.nd4j.norm;

import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.records.BadInputException;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** EvoNorm-S0: {@code x sigmoid(v x) / sqrt(variance + epsilon) * weight + bias} with the variance of a group of one image's channels. */
public final class EvoNormS0Kernel implements Kernel {
    private final EvoNormS0 norm;
    private final int channels;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};

    /**
     * An EvoNorm-S0 of {@code [N, H, W, C]}.
     *
     * @param norm what is computed
     * @param channels C
     */
    public EvoNormS0Kernel(EvoNormS0 norm, int channels) {
        this.norm = norm;
        this.channels = channels;
    }

    @Override
    public int parameterCount() {
        return 3 * channels;
    }

    @Override
    public void bindParameters(INDArray view) {
        parameters = new INDArray[] {view};
    }

    @Override
    public void bindGradient(INDArray view) {
        gradients = new INDArray[] {view};
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        EvoNormParameters values = EvoNormParameters.read(parameters[0], channels);
        Moments moments = new Moments();
        float[] image = new float[in.limit() / (int) y.size(0)];
        float[] sigmoid = new float[channels];
        for (int at = 0; at < in.limit(); at += image.length) {
            in.get(at, image);
            moments.measure(image);
            for (int pixel = 0; pixel < image.length; pixel += channels) {
                sigmoid(image, pixel, values, sigmoid);
                for (int c = 0; c < channels; c++) {
                    float activated = image[pixel + c] * sigmoid[c];
                    image[pixel + c] = activated * (float) moments.inverse[c] * values.weight()[c] + values.bias()[c];
                }
            }
            out.put(at, image);
        }
        return y;
    }

    /**
     * With {@code a = x s}, {@code s = sigmoid(v x)} and {@code r = 1 / sqrt(variance + epsilon)} over the M floats of a group:
     * {@code da = dy weight r}, {@code dx = da (s + v x s (1 - s)) - r² (x - mean) / M} times the group's sum of {@code da a}.
     */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        EvoNormParameters values = EvoNormParameters.read(parameters[0], channels);
        Moments moments = new Moments();
        float[] image = new float[in.limit() / (int) inputs[0].size(0)];
        float[] dy = new float[image.length];
        float[] sigmoid = new float[channels];
        boolean trained = gradients.length > 0;
        double[] weightGradient = new double[channels];
        double[] biasGradient = new double[channels];
        double[] vGradient = new double[channels];
        double[] products = new double[channels];
        for (int at = 0; at < in.limit(); at += image.length) {
            in.get(at, image);
            gradient.get(at, dy);
            moments.measure(image);
            Arrays.fill(products, 0);
            for (int pixel = 0; pixel < image.length; pixel += channels) {
                sigmoid(image, pixel, values, sigmoid);
                for (int c = 0; c < channels; c++) {
                    float x = image[pixel + c];
                    float s = sigmoid[c];
                    float da = dy[pixel + c] * values.weight()[c] * (float) moments.inverse[c];
                    products[c] += (double) dy[pixel + c] * x * s;
                    if (trained) {
                        biasGradient[c] += dy[pixel + c];
                        vGradient[c] += (double) da * x * x * s * (1 - s);
                    }
                    dy[pixel + c] = da * (s + values.v()[c] * x * s * (1 - s));
                }
            }
            int width = channels / norm.groups();
            float[] slope = new float[channels];
            for (int group = 0; group < channels; group += width) {
                double sum = 0;
                for (int c = group; c < group + width; c++) {
                    weightGradient[c] += products[c] * moments.inverse[c];
                    sum += products[c] * values.weight()[c] * moments.inverse[c];
                }
                double inverse = moments.inverse[group];
                double count = (double) image.length / norm.groups();
                Arrays.fill(slope, group, group + width, (float) (-sum * inverse * inverse / count));
            }
            for (int pixel = 0; pixel < image.length; pixel += channels) {
                for (int c = 0; c < channels; c++) {
                    dy[pixel + c] += slope[c] * (float) (image[pixel + c] - moments.mean[c]);
                }
            }
            dx.put(at, dy);
        }
        if (trained) {
            EvoNormParameters.write(gradients[0], weightGradient, biasGradient, vGradient);
        }
        return new INDArray[] {inputGradient};
    }

    private void sigmoid(float[] image, int pixel, EvoNormParameters values, float[] sigmoid) {
        for (int c = 0; c < channels; c++) {
            sigmoid[c] = image[pixel + c] * values.v()[c];
        }
        Loops.sigmoid(sigmoid, channels);
    }

    /** The mean and the inverse deviation that each channel's group has in one image. */
    private final class Moments {
        private final double[] mean = new double[channels];
        private final double[] inverse = new double[channels];
        private final double[] sums = new double[channels];

        void measure(float[] image) {
            int floats = image.length / norm.groups();
            if (floats < 2) {
                throw new BadInputException(
                        "EvoNorm-S0 gets one value for each group and cannot tell their variance; use larger images");
            }
            Arrays.fill(sums, 0);
            EvoNormParameters.addSums(sums, image);
            spread(mean, floats);
            Arrays.fill(sums, 0);
            EvoNormParameters.addSquares(sums, image, mean);
            spread(inverse, floats);
            for (int c = 0; c < channels; c++) {
                inverse[c] = 1 / Math.sqrt(inverse[c] + norm.epsilon());
            }
        }

        /** The mean of a group's floats from the sums of its channels, to each of them. */
        private void spread(double[] means, int floats) {
            int width = channels / norm.groups();
            for (int group = 0; group < channels; group += width) {
                double sum = 0;
                for (int c = group; c < group + width; c++) {
                    sum += sums[c];
                }
                Arrays.fill(means, group, group + width, sum / floats);
            }
        }
    }
}
