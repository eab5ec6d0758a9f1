package convoy.worker.engine.nd4j.convolution;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Loops;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ReLU of whole arrays in place, for the kernels that have one behind them. */
final class Relu {
    private final float[] tile = new float[Loops.TILE];
    private final float[] outputTile = new float[Loops.TILE];

    /** {@code array = max(array, 0)}. */
    void apply(INDArray array) {
        FloatBuffer floats = HostFloats.update(array);
        for (int at = 0; at < floats.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, floats.limit() - at);
            floats.get(at, tile, 0, length);
            Loops.relu(tile, length);
            floats.put(at, tile, 0, length);
        }
    }

    /** Zeroes the gradient where the output is zero. */
    void applyGradient(INDArray gradient, INDArray output) {
        FloatBuffer gradients = HostFloats.update(gradient);
        FloatBuffer outputs = HostFloats.read(output);
        for (int at = 0; at < gradients.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, gradients.limit() - at);
            gradients.get(at, tile, 0, length);
            outputs.get(at, outputTile, 0, length);
            Loops.reluGradient(tile, outputTile, length);
            gradients.put(at, tile, 0, length);
        }
    }
}
