package convoy.worker.engine.nd4j.pointwise;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of its inputs, with or without a ReLU behind it. */
public final class AddKernel implements Kernel {
    private final boolean relu;
    private final float[] sum = new float[Loops.TILE];
    private final float[] summand = new float[Loops.TILE];
    private INDArray[] outputs = {};

    /**
     * The sum of inputs of one shape.
     *
     * @param relu whether a ReLU follows, which is done at once
     */
    public AddKernel(boolean relu) {
        this.relu = relu;
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer out = HostFloats.write(y);
        FloatBuffer[] in = new FloatBuffer[inputs.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = HostFloats.read(inputs[i]);
        }
        for (int at = 0; at < out.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, out.limit() - at);
            in[0].get(at, sum, 0, length);
            for (int i = 1; i < in.length; i++) {
                in[i].get(at, summand, 0, length);
                Loops.add(sum, summand, length);
            }
            if (relu) {
                Loops.relu(sum, length);
            }
            out.put(at, sum, 0, length);
        }
        outputs = new INDArray[] {y};
        return y;
    }

    /** Each input gets an array of its own, because whoever receives a gradient may overwrite it. */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer out = HostFloats.read(outputs[0]);
        INDArray[] inputGradients = new INDArray[inputs.length];
        FloatBuffer[] dx = new FloatBuffer[inputs.length];
        for (int i = 0; i < dx.length; i++) {
            inputGradients[i] = pass.inputGradient(inputs[i].shape());
            dx[i] = HostFloats.write(inputGradients[i]);
        }
        for (int at = 0; at < gradient.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, gradient.limit() - at);
            gradient.get(at, sum, 0, length);
            if (relu) {
                out.get(at, summand, 0, length);
                Loops.reluGradient(sum, summand, length);
            }
            for (FloatBuffer each : dx) {
                each.put(at, sum, 0, length);
            }
        }
        return inputGradients;
    }
}
