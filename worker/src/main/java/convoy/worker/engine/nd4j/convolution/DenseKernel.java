package convoy.worker.engine.nd4j.convolution;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A dense layer by BLAS, {@code y = x Wᵀ + b}. Its weights are {@code [out, in]} as in PyTorch, followed by the bias
 * {@code [out]} if there is one.
 *
 * <p>BLAS thinks in columns, so each product is written for the transposed arrays, which are the same memory.
 */
public final class DenseKernel implements Kernel {
    private final int in;
    private final int out;
    private final boolean bias;
    private final Optional<Relu> relu;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    private INDArray[] outputs = {};

    /**
     * @param in features of the input
     * @param out features of the output
     * @param bias whether it has one
     * @param relu whether a ReLU follows, which is done at once
     */
    public DenseKernel(int in, int out, boolean bias, boolean relu) {
        this.in = in;
        this.out = out;
        this.bias = bias;
        this.relu = relu ? Optional.of(new Relu()) : Optional.empty();
    }

    @Override
    public int parameterCount() {
        return Math.addExact(Math.multiplyExact(in, out), bias ? out : 0);
    }

    @Override
    public void bindParameters(INDArray view) {
        parameters = tensors(view);
    }

    @Override
    public void bindGradient(INDArray view) {
        gradients = tensors(view);
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray x = inputs[0];
        INDArray y = pass.output(x.size(0), out);
        Nd4j.gemm(parameters[0], x, y.transpose(), false, true, 1, 0);
        if (bias) {
            addBias(y);
        }
        relu.ifPresent(function -> function.apply(y));
        outputs = new INDArray[] {y};
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        relu.ifPresent(function -> function.applyGradient(outputGradient, outputs[0]));
        INDArray x = inputs[0];
        if (gradients.length > 0) {
            Nd4j.gemm(x, outputGradient, gradients[0].transpose(), true, false, 1, 0);
        }
        if (gradients.length > 1) {
            sumRows(outputGradient, gradients[1]);
        }
        INDArray inputGradient = pass.inputGradient(x.size(0), in);
        Nd4j.gemm(parameters[0], outputGradient, inputGradient.transpose(), true, true, 1, 0);
        return new INDArray[] {inputGradient};
    }

    private void addBias(INDArray y) {
        FloatBuffer outputs = HostFloats.update(y);
        float[] biases = new float[out];
        float[] row = new float[out];
        HostFloats.read(parameters[1]).get(0, biases);
        for (int at = 0; at < outputs.limit(); at += out) {
            outputs.get(at, row);
            Loops.add(row, biases, out);
            outputs.put(at, row);
        }
    }

    private void sumRows(INDArray outputGradient, INDArray biasGradient) {
        FloatBuffer rows = HostFloats.read(outputGradient);
        float[] sum = new float[out];
        float[] row = new float[out];
        for (int at = 0; at < rows.limit(); at += out) {
            rows.get(at, row);
            Loops.add(sum, row, out);
        }
        HostFloats.write(biasGradient).put(0, sum);
    }

    private INDArray[] tensors(INDArray view) {
        int weights = in * out;
        INDArray weight = view.get(NDArrayIndex.interval(0, weights)).reshape('c', out, in);
        if (!bias) {
            return new INDArray[] {weight};
        }
        return new INDArray[] {weight, view.get(NDArrayIndex.interval(weights, weights + out))};
    }
}
