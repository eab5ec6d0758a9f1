package convoy.worker.engine.nd4j.pointwise;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of arrays of one shape, each times the sigmoid of a parameter of its own. */
public final class WeightedAddKernel implements Kernel {
    private final int count;
    private final float[] x = new float[Loops.TILE];
    private final float[] sum = new float[Loops.TILE];
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};

    /** @param count of the inputs */
    public WeightedAddKernel(int count) {
        this.count = count;
    }

    @Override
    public int parameterCount() {
        return count;
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
        FloatBuffer out = HostFloats.write(y);
        FloatBuffer[] in = floats(inputs);
        double[] factors = factors();
        for (int at = 0; at < out.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, out.limit() - at);
            in[0].get(at, sum, 0, length);
            Loops.scale(sum, (float) factors[0], length);
            for (int i = 1; i < count; i++) {
                in[i].get(at, x, 0, length);
                Loops.scale(x, (float) factors[i], length);
                Loops.add(sum, x, length);
            }
            out.put(at, sum, 0, length);
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer[] in = floats(inputs);
        INDArray[] inputGradients = new INDArray[count];
        double[] factors = factors();
        float[] parameterGradient = new float[count];
        boolean trained = gradients.length > 0;
        for (int i = 0; i < count; i++) {
            inputGradients[i] = pass.inputGradient(inputs[i].shape());
            FloatBuffer dx = HostFloats.write(inputGradients[i]);
            double products = 0;
            for (int at = 0; at < gradient.limit(); at += Loops.TILE) {
                int length = Math.min(Loops.TILE, gradient.limit() - at);
                gradient.get(at, sum, 0, length);
                if (trained) {
                    in[i].get(at, x, 0, length);
                    Loops.multiply(x, sum, length);
                    products += Loops.sum(x, length);
                }
                Loops.scale(sum, (float) factors[i], length);
                dx.put(at, sum, 0, length);
            }
            parameterGradient[i] = (float) (products * factors[i] * (1 - factors[i]));
        }
        if (trained) {
            HostFloats.write(gradients[0]).put(0, parameterGradient);
        }
        return inputGradients;
    }

    private static FloatBuffer[] floats(INDArray[] arrays) {
        FloatBuffer[] floats = new FloatBuffer[arrays.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = HostFloats.read(arrays[i]);
        }
        return floats;
    }

    private double[] factors() {
        FloatBuffer weights = HostFloats.read(parameters[0]);
        double[] factors = new double[count];
        for (int i = 0; i < count; i++) {
            factors[i] = 1 / (1 + Math.exp(-weights.get(i)));
        }
        return factors;
    }
}
