package convoy.worker.engine.libtorch;

import convoy.architectures.RandomStream;
import convoy.worker.engine.MicroBatchKey;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * Inverted dropout: in training a unit is zero with the given probability, else divided by its complement. What is dropped is a
 * function of the micro-batch's key alone: one float of the stream (seed, "dropout." + node, step, micro-batch) is drawn for each
 * unit, in the order of {@code [N, C, H, W]}, and a unit stays if its float is not less than the probability.
 */
final class DropoutMask implements Kernel {

    /** What is dropped as a whole. */
    enum Unit {
        /** Each float. */
        SCALAR(4),
        /** Each channel of each example. */
        CHANNEL(2),
        /** Each example. */
        EXAMPLE(1);

        /** The first dimension along which all floats share one fate. */
        private final int wholeFrom;

        Unit(int wholeFrom) {
            this.wholeFrom = wholeFrom;
        }
    }

    private final String purpose;
    private final double probability;
    private final Unit unit;
    private final Transfers transfers;
    private float[] factors = {};

    DropoutMask(String node, double probability, Unit unit, Transfers transfers) {
        this.purpose = "dropout." + node;
        this.probability = probability;
        this.unit = unit;
        this.transfers = transfers;
    }

    @Override
    public Tensor forward(Tensor[] inputs, Pass pass) {
        if (!pass.training()) {
            return inputs[0];
        }
        long[] shape = new long[(int) inputs[0].dim()];
        for (int dimension = 0; dimension < shape.length; dimension++) {
            boolean whole = dimension >= unit.wholeFrom;
            shape[dimension] = whole ? 1 : inputs[0].size(dimension);
        }
        Tensor mask = transfers.floats(draw(pass.key(), shape), length(shape), shape);
        Tensor laid = shape.length == 4 ? mask.contiguous(MemoryFormat.ChannelsLast) : mask;
        return inputs[0].mul(laid.to(inputs[0].scalar_type()));
    }

    /** The factors, {@code shape} row-major, in an array that may be longer. */
    private float[] draw(MicroBatchKey key, long[] shape) {
        RandomStream random = RandomStream.of(key.seed(), purpose, key.step(), key.microBatch());
        int length = length(shape);
        if (factors.length < length) {
            factors = new float[length];
        }
        float kept = (float) (1 / (1 - probability));
        for (int i = 0; i < length; i++) {
            factors[i] = random.nextFloat() < probability ? 0 : kept;
        }
        return factors;
    }

    private static int length(long[] shape) {
        long length = 1;
        for (long extent : shape) {
            length *= extent;
        }
        return Math.toIntExact(length);
    }
}
