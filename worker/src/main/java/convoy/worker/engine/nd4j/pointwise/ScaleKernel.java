package convoy.worker.engine.nd4j.pointwise;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every float times one constant. */
public final class ScaleKernel implements Kernel {
    private final float factor;
    private final float[] tile = new float[Loops.TILE];

    /**
     * Every float times a constant.
     *
     * @param factor the constant
     */
    public ScaleKernel(double factor) {
        this.factor = (float) factor;
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        scale(inputs[0], y);
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        scale(outputGradient, inputGradient);
        return new INDArray[] {inputGradient};
    }

    private void scale(INDArray from, INDArray to) {
        FloatBuffer in = HostFloats.read(from);
        FloatBuffer out = HostFloats.write(to);
        for (int at = 0; at < in.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, in.limit() - at);
            in.get(at, tile, 0, length);
            Loops.scale(tile, factor, length);
            out.put(at, tile, 0, length);
        }
    }
}
