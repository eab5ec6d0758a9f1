package convoy.worker.engine.nd4j.shape;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The inputs' channels (or features) one after the other. */
public final class ConcatKernel implements Kernel {

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        long[] shape = inputs[0].shape().clone();
        int channels = 0;
        for (INDArray input : inputs) {
            channels += channels(input);
        }
        shape[shape.length - 1] = channels;
        INDArray y = pass.output(shape);
        FloatBuffer out = HostFloats.write(y);
        FloatBuffer[] in = new FloatBuffer[inputs.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = HostFloats.read(inputs[i]);
        }
        int tileRows = Loops.rowsOfTile(channels);
        float[] tile = new float[tileRows * channels];
        float[] part = new float[tileRows * channels];
        int rows = out.limit() / channels;
        for (int row = 0; row < rows; row += tileRows) {
            int count = Math.min(tileRows, rows - row);
            int begin = 0;
            for (int i = 0; i < in.length; i++) {
                int width = channels(inputs[i]);
                in[i].get(row * width, part, 0, count * width);
                for (int r = 0; r < count; r++) {
                    System.arraycopy(part, r * width, tile, r * channels + begin, width);
                }
                begin += width;
            }
            out.put(row * channels, tile, 0, count * channels);
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        FloatBuffer gradient = HostFloats.read(outputGradient);
        int channels = channels(outputGradient);
        INDArray[] inputGradients = new INDArray[inputs.length];
        FloatBuffer[] dx = new FloatBuffer[inputs.length];
        for (int i = 0; i < dx.length; i++) {
            inputGradients[i] = pass.inputGradient(inputs[i].shape());
            dx[i] = HostFloats.write(inputGradients[i]);
        }
        int tileRows = Loops.rowsOfTile(channels);
        float[] tile = new float[tileRows * channels];
        float[] part = new float[tileRows * channels];
        int rows = gradient.limit() / channels;
        for (int row = 0; row < rows; row += tileRows) {
            int count = Math.min(tileRows, rows - row);
            gradient.get(row * channels, tile, 0, count * channels);
            int begin = 0;
            for (int i = 0; i < dx.length; i++) {
                int width = channels(inputs[i]);
                for (int r = 0; r < count; r++) {
                    System.arraycopy(tile, r * channels + begin, part, r * width, width);
                }
                dx[i].put(row * width, part, 0, count * width);
                begin += width;
            }
        }
        return inputGradients;
    }

    private static int channels(INDArray array) {
        return (int) array.size(array.rank() - 1);
    }
}
