package convoy.worker.engine.nd4j.norm;

import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.worker.engine.lowering.Variance;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.KeepsStatistics;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * EvoNorm-B0: {@code x / max(sqrt(batch variance + epsilon), v x + sqrt(instance variance + epsilon)) * weight + bias}. In inference
 * the batch's variance is the running one.
 */
public final class EvoNormB0Kernel implements Kernel, KeepsStatistics {
    private final EvoNormB0 norm;
    private final int channels;
    private final boolean fixed;
    private final float[] runningVariance;
    private final double[] batchMean;
    private final double[] batchVariance;
    private double batchRows = 1;
    /** Of the last forward pass, for each image. */
    private double[][] instanceMean = {};

    private double[][] instanceDeviation = {};
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};

    /**
     * @param norm what is computed
     * @param channels C
     * @param fixed whether the running variance serves in training too
     */
    public EvoNormB0Kernel(EvoNormB0 norm, int channels, boolean fixed) {
        this.norm = norm;
        this.fixed = fixed;
        this.channels = channels;
        this.runningVariance = new float[channels];
        this.batchMean = new double[channels];
        this.batchVariance = new double[channels];
    }

    @Override
    public String firstStatistic() {
        return "running_var";
    }

    @Override
    public void setStatistics(float[] flat, int begin) {
        System.arraycopy(flat, begin, runningVariance, 0, channels);
    }

    @Override
    public void copyBatchStatistics(float[] flat, int begin) {
        for (int c = 0; c < channels; c++) {
            flat[begin + c] = (float) (batchVariance[c] * batchRows / (batchRows - 1));
        }
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
        int examples = (int) y.size(0);
        float[] image = new float[in.limit() / examples];
        measure(in, image, examples, pass.training() && !fixed);
        float[] deviation = batchDeviation(pass.training() && !fixed);
        for (int example = 0; example < examples; example++) {
            in.get(example * image.length, image);
            for (int pixel = 0; pixel < image.length; pixel += channels) {
                for (int c = 0; c < channels; c++) {
                    float x = image[pixel + c];
                    float other = values.v()[c] * x + (float) instanceDeviation[example][c];
                    image[pixel + c] = x / Math.max(deviation[c], other) * values.weight()[c] + values.bias()[c];
                }
            }
            out.put(example * image.length, image);
        }
        return y;
    }

    /** With {@code d} the larger of both: {@code dx = dy weight / d}, and {@code dd = -dy weight x / d²} goes into the larger one. */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.update(inputGradient);
        EvoNormParameters values = EvoNormParameters.read(parameters[0], channels);
        int examples = (int) inputs[0].size(0);
        float[] image = new float[in.limit() / examples];
        float[] dy = new float[image.length];
        float[] deviation = batchDeviation(!fixed);
        boolean trained = gradients.length > 0;
        double[] weightGradient = new double[channels];
        double[] biasGradient = new double[channels];
        double[] vGradient = new double[channels];
        double[] batchGradient = new double[channels];
        double[] instanceGradient = new double[channels];
        double pixels = (double) image.length / channels;
        for (int example = 0; example < examples; example++) {
            in.get(example * image.length, image);
            gradient.get(example * image.length, dy);
            Arrays.fill(instanceGradient, 0);
            for (int pixel = 0; pixel < image.length; pixel += channels) {
                for (int c = 0; c < channels; c++) {
                    float x = image[pixel + c];
                    float other = values.v()[c] * x + (float) instanceDeviation[example][c];
                    float divisor = Math.max(deviation[c], other);
                    float normal = x / divisor;
                    float direct = dy[pixel + c] * values.weight()[c] / divisor;
                    float divisorGradient = -direct * normal;
                    if (trained) {
                        weightGradient[c] += (double) dy[pixel + c] * normal;
                        biasGradient[c] += dy[pixel + c];
                        vGradient[c] += deviation[c] >= other ? 0 : (double) divisorGradient * x;
                    }
                    if (deviation[c] >= other) {
                        batchGradient[c] += divisorGradient;
                    } else {
                        instanceGradient[c] += divisorGradient;
                        direct += divisorGradient * values.v()[c];
                    }
                    dy[pixel + c] = direct;
                }
            }
            float[] slope = new float[channels];
            for (int c = 0; c < channels; c++) {
                slope[c] = (float) (instanceGradient[c] / (instanceDeviation[example][c] * pixels));
            }
            addDeviations(dy, image, slope, instanceMean[example]);
            dx.put(example * image.length, dy);
        }
        float[] slope = new float[channels];
        for (int c = 0; c < channels; c++) {
            slope[c] = (float) (batchGradient[c] / (deviation[c] * batchRows));
        }
        for (int at = 0; at < in.limit() && !fixed; at += image.length) {
            in.get(at, image);
            dx.get(at, dy);
            addDeviations(dy, image, slope, batchMean);
            dx.put(at, dy);
        }
        if (trained) {
            EvoNormParameters.write(gradients[0], weightGradient, biasGradient, vGradient);
        }
        return new INDArray[] {inputGradient};
    }

    /** {@code dx += slope (x - mean)}: the derivative of a deviation by what it is the deviation of. */
    private void addDeviations(float[] dx, float[] image, float[] slope, double[] mean) {
        for (int pixel = 0; pixel < image.length; pixel += channels) {
            for (int c = 0; c < channels; c++) {
                dx[pixel + c] += slope[c] * (float) (image[pixel + c] - mean[c]);
            }
        }
    }

    private void measure(FloatBuffer in, float[] image, int examples, boolean training) {
        double pixels = (double) image.length / channels;
        if (training) {
            Variance.require("EvoNorm-B0", pixels * examples);
        }
        instanceMean = new double[examples][channels];
        instanceDeviation = new double[examples][channels];
        Arrays.fill(batchMean, 0);
        Arrays.fill(batchVariance, 0);
        for (int example = 0; example < examples; example++) {
            in.get(example * image.length, image);
            EvoNormParameters.addSums(instanceMean[example], image);
            for (int c = 0; c < channels; c++) {
                instanceMean[example][c] /= pixels;
                batchMean[c] += instanceMean[example][c] / examples;
            }
            EvoNormParameters.addSquares(instanceDeviation[example], image, instanceMean[example]);
        }
        batchRows = pixels * examples;
        for (int example = 0; example < examples; example++) {
            for (int c = 0; c < channels; c++) {
                double variance = instanceDeviation[example][c] / pixels;
                double offset = instanceMean[example][c] - batchMean[c];
                batchVariance[c] += (variance + offset * offset) / examples;
                instanceDeviation[example][c] = Math.sqrt(variance + norm.epsilon());
            }
        }
    }

    private float[] batchDeviation(boolean training) {
        float[] deviation = new float[channels];
        for (int c = 0; c < channels; c++) {
            deviation[c] = (float) Math.sqrt((training ? batchVariance[c] : runningVariance[c]) + norm.epsilon());
        }
        return deviation;
    }
}
