package convoy.worker.engine.nd4j;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two arrays of one shape, or of images {@code [N, H, W, C]} and factors {@code [N, 1, 1, C]}. */
final class MultiplyKernel implements Kernel {

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer out = HostFloats.write(y);
        FloatBuffer left = HostFloats.read(inputs[0]);
        FloatBuffer right = HostFloats.read(inputs[1]);
        int row = row(inputs);
        int pixels = pixels(inputs);
        float[] product = new float[row];
        float[] factor = new float[row];
        for (int at = 0; at < out.limit(); at += row) {
            if (at / row % pixels == 0) {
                right.get(at / row / pixels * row, factor);
            }
            left.get(at, product);
            Loops.multiply(product, factor, row);
            out.put(at, product);
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray leftGradient = pass.inputGradient(inputs[0].shape());
        INDArray rightGradient = pass.inputGradient(inputs[1].shape());
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer left = HostFloats.read(inputs[0]);
        FloatBuffer right = HostFloats.read(inputs[1]);
        FloatBuffer dLeft = HostFloats.write(leftGradient);
        FloatBuffer dRight = HostFloats.write(rightGradient);
        int row = row(inputs);
        int pixels = pixels(inputs);
        float[] dy = new float[row];
        float[] x = new float[row];
        float[] factor = new float[row];
        for (int at = 0; at < gradient.limit(); at += row) {
            int place = at / row / pixels * row;
            float[] sum = new float[row];
            if (at / row % pixels == 0) {
                right.get(place, factor);
            } else {
                dRight.get(place, sum);
            }
            gradient.get(at, dy);
            left.get(at, x);
            Loops.multiply(x, dy, row);
            Loops.add(sum, x, row);
            dRight.put(place, sum);
            Loops.multiply(dy, factor, row);
            dLeft.put(at, dy);
        }
        return new INDArray[] {leftGradient, rightGradient};
    }

    /** The floats that are multiplied at once: the channels if the right side has one factor for each. */
    private static int row(INDArray[] inputs) {
        return (int) inputs[1].size(inputs[1].rank() - 1);
    }

    /** How many rows of the left side one of the right side serves. */
    private static int pixels(INDArray[] inputs) {
        return (int) (inputs[0].length() / inputs[1].length());
    }
}
