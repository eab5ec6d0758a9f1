package convoy.worker.engine.libtorch.lowering;

import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.transfer.Transfers;
import convoy.worker.engine.lowering.DropoutUnits;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Inverted dropout: in training a unit is zero with the given probability, else divided by its complement. */
final class DropoutMask implements Kernel {
    /** So few units are drawn here sooner than a GPU is asked for the operations that compute them. */
    private static final int FEW = 1 << 14;

    private static final int HALF_OF_16_BITS = 1 << 15;
    private static final long SIGNS_OF_16_BITS = 0x8000_8000_8000_8000L;

    private final DropoutUnits units;
    private final Transfers transfers;
    private final RandomWords words;
    private final int mostDrawn;
    private float[] factors = {};

    /** @param words of the device */
    DropoutMask(DropoutUnits units, Transfers transfers, RandomWords words) {
        this(units, transfers, words, transfers.onGpu() ? FEW : Integer.MAX_VALUE);
    }

    /** @param mostDrawn how many units at most are drawn by Java and sent; more are computed on the device */
    DropoutMask(DropoutUnits units, Transfers transfers, RandomWords words, int mostDrawn) {
        this.units = units;
        this.transfers = transfers;
        this.words = words;
        this.mostDrawn = mostDrawn;
    }

    @Override
    public Tensor forward(Tensor[] inputs, Pass pass) {
        if (!pass.training()) {
            return inputs[0];
        }
        Tensor x = inputs[0];
        // Its memory is autograd's business from then on.
        try (Tensor mask = Scopes.callWithoutGradient(() -> Scopes.kept(mask(x, pass.key())))) {
            return x.mul(mask);
        }
    }

    /** What x is multiplied by, in its type, and channels last as it is. */
    private Tensor mask(Tensor x, MicroBatchKey key) {
        long[] shape = shape(x);
        int count = count(shape);
        Tensor mask = count <= mostDrawn ? drawn(key, count, x.scalar_type()) : computed(key, count, x.scalar_type());
        Tensor laid = mask.view(shape);
        return shape.length == 4 ? laid.permute(0, 3, 1, 2) : laid;
    }

    /** Of the units, in their order: {@code [N, H, W, C]} or {@code [N, F]}, 1 where all share one fate. */
    private long[] shape(Tensor x) {
        long channels = units.kind().isOfChannel() ? x.size(1) : 1;
        if (x.dim() == 2) {
            return new long[] {x.size(0), channels};
        }
        boolean pixels = units.kind().isOfPixel();
        return new long[] {x.size(0), pixels ? x.size(2) : 1, pixels ? x.size(3) : 1, channels};
    }

    private static int count(long[] shape) {
        long count = 1;
        for (long extent : shape) {
            count *= extent;
        }
        return Math.toIntExact(count);
    }

    private Tensor drawn(MicroBatchKey key, int count, ScalarType type) {
        if (factors.length < count) {
            factors = new float[count];
        }
        units.draw(key, factors, count);
        return transfers.floats(factors, count, count).to(type);
    }

    private Tensor computed(MicroBatchKey key, int count, ScalarType type) {
        Tensor bits = words.next(units.stream(key), DropoutUnits.words(count));
        // Numbers of 16 bits have a sign in PyTorch; with the highest bit turned over they are in the order of those
        // without one.
        bits.bitwise_xor_(new Scalar(SIGNS_OF_16_BITS));
        Tensor kept = bits.view(ScalarType.Short)
                .narrow(0, 0, count)
                .ge(new Scalar((long) units.threshold() - HALF_OF_16_BITS));
        // One pass, from a byte to the type, which is the factor's as that is a tensor.
        return kept.mul(torch.scalar_tensor(new Scalar(units.factor()), new TensorOptions(type)));
    }
}
