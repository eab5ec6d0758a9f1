package convoy.worker.engine.nd4j.pointwise;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.LaneSums;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two arrays of one shape, or of images {@code [N, H, W, C]} and factors {@code [N, 1, 1, C]}. */
public final class MultiplyKernel implements Kernel {

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        FloatBuffer out = HostFloats.write(y);
        FloatBuffer left = HostFloats.read(inputs[0]);
        Factors factors = new Factors(inputs);
        float[] x = new float[factors.tile];
        for (int at = 0; at < out.limit(); ) {
            int length = factors.read(at);
            left.get(at, x, 0, length);
            Loops.multiply(x, factors.values, length);
            out.put(at, x, 0, length);
            at += length;
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray leftGradient = pass.inputGradient(inputs[0].shape());
        INDArray rightGradient = pass.inputGradient(inputs[1].shape());
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer left = HostFloats.read(inputs[0]);
        FloatBuffer dLeft = HostFloats.write(leftGradient);
        FloatBuffer dRight = HostFloats.write(rightGradient);
        Factors factors = new Factors(inputs);
        LaneSums sums = new LaneSums(factors.row);
        float[] dy = new float[factors.tile];
        float[] x = new float[factors.tile];
        for (int at = 0; at < gradient.limit(); ) {
            int length = factors.read(at);
            gradient.get(at, dy, 0, length);
            left.get(at, x, 0, length);
            Loops.multiply(x, dy, length);
            Loops.multiply(dy, factors.values, length);
            dLeft.put(at, dy, 0, length);
            if (factors.span == factors.row) {
                dRight.put(at, x, 0, length);
            } else {
                sums.add(x, length);
                if ((at + length) % factors.span == 0) {
                    dRight.put(at / factors.span * factors.row, sums.take(1));
                }
            }
            at += length;
        }
        return new INDArray[] {leftGradient, rightGradient};
    }

    /** The right side's floats beside those of the left side, tile by tile. */
    private static final class Factors {
        private final FloatBuffer right;
        /** The channels; floats of the left side that one row of the right side serves. */
        private final int row;

        private final int span;
        private final int tile;
        private float[] values;
        private int served = -1;

        Factors(INDArray[] inputs) {
            this.right = HostFloats.read(inputs[1]);
            this.row = (int) inputs[1].size(inputs[1].rank() - 1);
            this.span = (int) (inputs[0].length() / inputs[1].length()) * row;
            this.tile = Loops.rowsOfTile(row) * row;
            this.values = new float[tile];
        }

        /** Reads the factors of the tile that begins at a float of the left side; returns how long it is. */
        int read(int at) {
            if (span == row) {
                int length = Math.min(tile, right.limit() - at);
                right.get(at, values, 0, length);
                return length;
            }
            if (at / span != served) {
                served = at / span;
                float[] factors = new float[row];
                right.get(served * row, factors);
                values = Loops.repeat(factors, tile / row);
            }
            return Math.min(tile, span - at % span);
        }
    }
}
