package convoy.worker.engine.nd4j.norm;

import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Local response norm over channels as PyTorch has it: {@code y = x d^-beta} with {@code d = k + alpha / size * sum x²} over the
 * channels {@code [c - size / 2, c - size / 2 + size)} that exist.
 */
public final class LocalResponseNormKernel implements Kernel {
    private final LocalResponseNorm norm;
    private final float alpha;

    /**
     * A local response norm of {@code [N, H, W, C]}.
     *
     * @param norm what is computed
     */
    public LocalResponseNormKernel(LocalResponseNorm norm) {
        this.norm = norm;
        this.alpha = (float) (norm.alpha() / norm.size());
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        int channels = (int) inputs[0].size(inputs[0].rank() - 1);
        Row row = new Row(channels);
        for (int at = 0; at < in.limit(); at += channels) {
            in.get(at, row.x);
            row.measure();
            for (int c = 0; c < channels; c++) {
                row.x[c] *= row.power[c];
            }
            out.put(at, row.x);
        }
        return y;
    }

    /** {@code dx_j = dy_j d_j^-beta - 2 alpha / size beta x_j sum of dy_i x_i d_i^(-beta - 1)} over the i whose window has j. */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        int channels = (int) inputs[0].size(inputs[0].rank() - 1);
        Row row = new Row(channels);
        float[] dy = new float[channels];
        float[] shared = new float[channels];
        float factor = (float) (2 * alpha * norm.beta());
        int before = norm.size() / 2;
        for (int at = 0; at < in.limit(); at += channels) {
            in.get(at, row.x);
            gradient.get(at, dy);
            row.measure();
            for (int c = 0; c < channels; c++) {
                shared[c] = dy[c] * row.x[c] * row.power[c] / row.divisor[c];
            }
            for (int c = 0; c < channels; c++) {
                int begin = Math.max(0, c + before - norm.size() + 1);
                int end = Math.min(channels, c + before + 1);
                float sum = 0;
                for (int i = begin; i < end; i++) {
                    sum += shared[i];
                }
                dy[c] = dy[c] * row.power[c] - factor * row.x[c] * sum;
            }
            dx.put(at, dy);
        }
        return new INDArray[] {inputGradient};
    }

    /** The channels of one pixel. */
    private final class Row {
        final float[] x;
        final float[] square;
        final float[] divisor;
        final float[] power;

        Row(int channels) {
            x = new float[channels];
            square = new float[channels];
            divisor = new float[channels];
            power = new float[channels];
        }

        /** From x the divisors d and d^-beta. */
        void measure() {
            int channels = x.length;
            for (int c = 0; c < channels; c++) {
                square[c] = x[c] * x[c];
            }
            for (int c = 0; c < channels; c++) {
                int begin = Math.max(0, c - norm.size() / 2);
                int end = Math.min(channels, c - norm.size() / 2 + norm.size());
                float sum = 0;
                for (int i = begin; i < end; i++) {
                    sum += square[i];
                }
                divisor[c] = (float) norm.k() + alpha * sum;
            }
            if (norm.beta() == 0.75) {
                // Every paper's exponent; two square roots are vector instructions, a power is a call for each float.
                for (int c = 0; c < channels; c++) {
                    double root = Math.sqrt(divisor[c]);
                    power[c] = (float) (1 / (root * Math.sqrt(root)));
                }
            } else {
                for (int c = 0; c < channels; c++) {
                    power[c] = (float) Math.pow(divisor[c], -norm.beta());
                }
            }
        }
    }
}
