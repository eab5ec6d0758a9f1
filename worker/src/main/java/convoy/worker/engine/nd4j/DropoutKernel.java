package convoy.worker.engine.nd4j;

import convoy.architectures.RandomStream;
import convoy.worker.engine.MicroBatchKey;
import java.nio.FloatBuffer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Inverted dropout: in training a unit is zero with the given probability, else divided by its complement. What is dropped is a
 * function of the micro-batch's key alone: one float of the stream (seed, "dropout." + node, step, micro-batch) is drawn for each
 * unit, in the order of {@code [N, C, H, W]}, and a unit stays if its float is not less than the probability.
 */
final class DropoutKernel implements Kernel {

    /** What is dropped as a whole. */
    enum Unit {
        /** Each float. */
        SCALAR,
        /** Each channel of each example. */
        CHANNEL,
        /** Each example. */
        EXAMPLE
    }

    private final String purpose;
    private final double probability;
    private final Unit unit;
    private final Supplier<MicroBatchKey> key;
    private final float[] tile = new float[Loops.TILE];
    private float[] factors = {};

    /**
     * @param node the node's name
     * @param key the key of the micro-batch that is being computed
     */
    DropoutKernel(String node, double probability, Unit unit, Supplier<MicroBatchKey> key) {
        this.purpose = "dropout." + node;
        this.probability = probability;
        this.unit = unit;
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
        MicroBatchKey microBatch = key.get();
        RandomStream random = RandomStream.of(microBatch.seed(), purpose, microBatch.step(), microBatch.microBatch());
        int examples = (int) input.size(0);
        int channels = (int) input.size(input.rank() - 1);
        int size = (int) input.length() / examples;
        if (factors.length < input.length()) {
            factors = new float[(int) input.length()];
        }
        for (int begin = 0; begin < examples * size; begin += size) {
            float whole = unit == Unit.EXAMPLE ? factor(random) : 0;
            for (int channel = 0; channel < channels; channel++) {
                float plane = unit == Unit.CHANNEL ? factor(random) : whole;
                for (int at = begin + channel; at < begin + size; at += channels) {
                    factors[at] = unit == Unit.SCALAR ? factor(random) : plane;
                }
            }
        }
    }

    private float factor(RandomStream random) {
        return random.nextFloat() < probability ? 0 : (float) (1 / (1 - probability));
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
