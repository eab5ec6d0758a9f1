package convoy.worker.engine.nd4j.norm;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer norm: {@code (x - mean) / sqrt(variance + epsilon) * weight + bias} with the moments of one pixel's channels, or of one vector. */
public final class LayerNormKernel implements Kernel {
    private final double epsilon;
    private final int channels;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};

    /**
     * A layer norm of {@code [N, H, W, C]} or {@code [N, C]}.
     *
     * @param epsilon added to the variance
     * @param channels C
     */
    public LayerNormKernel(double epsilon, int channels) {
        this.epsilon = epsilon;
        this.channels = channels;
    }

    @Override
    public int parameterCount() {
        return 2 * channels;
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
        float[] values = values();
        float[] row = new float[channels];
        for (int at = 0; at < in.limit(); at += channels) {
            in.get(at, row);
            double mean = mean(row);
            double inverse = inverse(row, mean);
            for (int c = 0; c < channels; c++) {
                row[c] = (float) ((row[c] - mean) * inverse) * values[c] + values[channels + c];
            }
            out.put(at, row);
        }
        return y;
    }

    /** With {@code n = (x - mean) r} and {@code g = dy weight}: {@code dx = r (g - mean(g) - n mean(g n))}. */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        float[] values = values();
        float[] row = new float[channels];
        float[] dy = new float[channels];
        double[] own = new double[2 * channels];
        for (int at = 0; at < in.limit(); at += channels) {
            in.get(at, row);
            gradient.get(at, dy);
            double mean = mean(row);
            double inverse = inverse(row, mean);
            double sum = 0;
            double product = 0;
            for (int c = 0; c < channels; c++) {
                double normal = (row[c] - mean) * inverse;
                own[c] += dy[c] * normal;
                own[channels + c] += dy[c];
                double scaled = (double) dy[c] * values[c];
                sum += scaled;
                product += scaled * normal;
            }
            for (int c = 0; c < channels; c++) {
                double normal = (row[c] - mean) * inverse;
                dy[c] = (float) (inverse * ((double) dy[c] * values[c] - sum / channels - normal * product / channels));
            }
            dx.put(at, dy);
        }
        if (gradients.length > 0) {
            float[] written = new float[own.length];
            for (int i = 0; i < own.length; i++) {
                written[i] = (float) own[i];
            }
            HostFloats.write(gradients[0]).put(0, written);
        }
        return new INDArray[] {inputGradient};
    }

    private float[] values() {
        float[] values = new float[2 * channels];
        HostFloats.read(parameters[0]).get(0, values);
        return values;
    }

    private double mean(float[] row) {
        double sum = 0;
        for (float value : row) {
            sum += value;
        }
        return sum / channels;
    }

    private double inverse(float[] row, double mean) {
        double squares = 0;
        for (float value : row) {
            squares += (value - mean) * (value - mean);
        }
        return 1 / Math.sqrt(squares / channels + epsilon);
    }
}
