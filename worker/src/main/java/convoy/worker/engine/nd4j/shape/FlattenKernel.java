package convoy.worker.engine.nd4j.shape;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Images {@code [N, H, W, C]} as vectors {@code [N, C H W]}, in PyTorch's order of {@code [C, H, W]}. */
public final class FlattenKernel implements Kernel {

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        long examples = inputs[0].size(0);
        INDArray y = pass.output(examples, inputs[0].length() / examples);
        transpose(inputs[0], y, (int) pixels(inputs[0]), (int) channels(inputs[0]));
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        transpose(outputGradient, inputGradient, (int) channels(inputs[0]), (int) pixels(inputs[0]));
        return new INDArray[] {inputGradient};
    }

    /** Transposes the matrix [rows, columns] of each example. */
    private static void transpose(INDArray from, INDArray to, int rows, int columns) {
        FloatBuffer in = HostFloats.read(from);
        FloatBuffer out = HostFloats.write(to);
        int size = rows * columns;
        float[] matrix = new float[size];
        float[] transposed = new float[size];
        for (int at = 0; at < in.limit(); at += size) {
            in.get(at, matrix);
            transpose(matrix, 0, transposed, rows, columns);
            out.put(at, transposed);
        }
    }

    /**
     * {@code to[c, r] = from[r, c]}, {@code from} beginning at an index.
     *
     * @param from {@code [rows, columns]} from {@code begin} on
     * @param begin an index of {@code from}
     * @param to {@code [columns, rows]}, overwritten
     * @param rows of {@code from}
     * @param columns of {@code from}
     */
    public static void transpose(float[] from, int begin, float[] to, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[begin + row * columns + column];
            }
        }
    }

    private static long channels(INDArray images) {
        return images.size(images.rank() - 1);
    }

    private static long pixels(INDArray images) {
        return images.length() / images.size(0) / channels(images);
    }
}
