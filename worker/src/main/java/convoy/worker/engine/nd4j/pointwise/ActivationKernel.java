package convoy.worker.engine.nd4j.pointwise;

import convoy.architectures.operations.Activation.Function;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A function of each float alone, where no kernel could take a ReLU along or where it is another function. */
public final class ActivationKernel implements Kernel {
    private final Function function;
    private final float[] x = new float[Loops.TILE];
    private final float[] dy = new float[Loops.TILE];
    private final float[] sigmoid = new float[Loops.TILE];

    /**
     * A function of each float.
     *
     * @param function which
     */
    public ActivationKernel(Function function) {
        this.function = function;
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        for (int at = 0; at < in.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, in.limit() - at);
            in.get(at, x, 0, length);
            switch (function) {
                case RELU -> Loops.relu(x, length);
                case RELU6 -> Loops.relu6(x, length);
                case SILU -> {
                    System.arraycopy(x, 0, dy, 0, length);
                    Loops.sigmoid(x, length);
                    Loops.multiply(x, dy, length);
                }
                case SIGMOID -> Loops.sigmoid(x, length);
                case GELU, HARD_SIGMOID, HARD_SWISH, TANH -> {
                    for (int i = 0; i < length; i++) {
                        x[i] = (float) value(x[i]);
                    }
                }
            }
            out.put(at, x, 0, length);
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        for (int at = 0; at < in.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, in.limit() - at);
            in.get(at, x, 0, length);
            gradient.get(at, dy, 0, length);
            switch (function) {
                case RELU -> {
                    Loops.relu(x, length);
                    Loops.reluGradient(dy, x, length);
                }
                case RELU6 -> Loops.relu6Gradient(dy, x, length);
                case SILU -> {
                    System.arraycopy(x, 0, sigmoid, 0, length);
                    Loops.sigmoid(sigmoid, length);
                    Loops.siluGradient(dy, x, sigmoid, length);
                }
                case SIGMOID -> {
                    Loops.sigmoid(x, length);
                    Loops.sigmoidGradient(dy, x, length);
                }
                case GELU, HARD_SIGMOID, HARD_SWISH, TANH -> {
                    for (int i = 0; i < length; i++) {
                        dy[i] *= (float) slope(x[i]);
                    }
                }
            }
            dx.put(at, dy, 0, length);
        }
        return new INDArray[] {inputGradient};
    }

    private double value(double x) {
        return switch (function) {
            case RELU, RELU6, SILU, SIGMOID -> throw new IllegalStateException(function + " has a loop of its own");
            case GELU -> x * NormalDistribution.below(x);
            case HARD_SIGMOID -> hardSigmoid(x);
            case HARD_SWISH -> x * hardSigmoid(x);
            case TANH -> Math.tanh(x);
        };
    }

    /** The derivative; 0 at the kinks, as in PyTorch, except hard swish's, which has PyTorch's values there. */
    private double slope(double x) {
        return switch (function) {
            case RELU, RELU6, SILU, SIGMOID -> throw new IllegalStateException(function + " has a loop of its own");
            case GELU -> NormalDistribution.below(x) + x * NormalDistribution.density(x);
            case HARD_SIGMOID -> x > -3 && x < 3 ? 1.0 / 6 : 0;
            case HARD_SWISH -> x < -3 ? 0 : x <= 3 ? x / 3 + 0.5 : 1;
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
        };
    }

    private static double hardSigmoid(double x) {
        return Math.min(Math.max(x + 3, 0), 6) / 6;
    }
}
