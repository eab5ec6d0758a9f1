package convoy.worker.engine.nd4j.pointwise;

import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.lowering.DropoutUnits;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inverted dropout: in training a unit is zero with the given probability, else divided by its complement. */
public final class DropoutKernel implements Kernel {
    private final DropoutUnits units;
    private final Supplier<MicroBatchKey> key;
    private final float[] tile = new float[Loops.TILE];
    /** Of units. */
    private float[] drawn = {};
    /** Of floats. */
    private float[] factors = {};

    /**
     * @param units what is dropped as a whole
     * @param key the key of the micro-batch that is being computed
     */
    public DropoutKernel(DropoutUnits units, Supplier<MicroBatchKey> key) {
        this.units = units;
        this.key = key;
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].shape());
        if (pass.training()) {
            draw(inputs[0]);
            multiply(inputs[0], y);
        } else {
            HostFloats.write(y).put(0, HostFloats.read(inputs[0]), 0, (int) y.length());
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        multiply(outputGradient, inputGradient);
        return new INDArray[] {inputGradient};
    }

    /** Fills in the factor of each float, in the order of {@code [N, H, W, C]}. */
    private void draw(INDArray input) {
        int length = (int) input.length();
        factors = atLeast(length, factors);
        DropoutUnits.Kind kind = units.kind();
        if (kind.isOfPixel()) {
            units.draw(key.get(), factors, length);
            return;
        }
        int examples = (int) input.size(0);
        int channels = (int) input.size(input.rank() - 1);
        int size = length / examples;
        int ofExample = kind.isOfChannel() ? channels : 1;
        drawn = atLeast(examples * ofExample, drawn);
        units.draw(key.get(), drawn, examples * ofExample);
        for (int example = 0; example < examples; example++) {
            int begin = example * size;
            if (kind.isOfChannel()) {
                for (int pixel = begin; pixel < begin + size; pixel += channels) {
                    System.arraycopy(drawn, example * channels, factors, pixel, channels);
                }
            } else {
                Arrays.fill(factors, begin, begin + size, drawn[example]);
            }
        }
    }

    private static float[] atLeast(int length, float[] array) {
        return array.length < length ? new float[length] : array;
    }

    private void multiply(INDArray from, INDArray to) {
        FloatBuffer in = HostFloats.read(from);
        FloatBuffer out = HostFloats.write(to);
        for (int at = 0; at < in.limit(); at += Loops.TILE) {
            int length = Math.min(Loops.TILE, in.limit() - at);
            in.get(at, tile, 0, length);
            Loops.multiply(tile, factors, at, length);
            out.put(at, tile, 0, length);
        }
    }
}
