package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.random.RandomStream;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.transfer.Transfers;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The words of a {@link RandomStream}, computed on the device, all at once: SplitMix64 of a counter that is known in advance. PyTorch's
 * whole numbers of 64 bits have a sign, so products overflow as Java's do, and a shift to the right brings copies of the sign along,
 * which are taken away again.
 */
public final class RandomWords implements AutoCloseable {
    private final Transfers transfers;
    /** What the counter has grown by at each word: index times {@link RandomStream#GOLDEN_GAMMA}. */
    private Optional<Tensor> growth = Optional.empty();

    /**
     * Random words on the device that these transfers go to.
     *
     * @param transfers those of the device
     */
    public RandomWords(Transfers transfers) {
        this.transfers = transfers;
    }

    /** The next words of a stream, {@code [count]}, in the open scope; the stream stays where it is. */
    Tensor next(RandomStream stream, int count) {
        Tensor words = growth(count).narrow(0, 0, count).add(new Scalar(stream.counter() + RandomStream.GOLDEN_GAMMA));
        Tensor shifted = torch.empty_like(words);
        mix(words, 30, shifted);
        words.mul_(new Scalar(RandomStream.FIRST_FACTOR));
        mix(words, 27, shifted);
        words.mul_(new Scalar(RandomStream.SECOND_FACTOR));
        mix(words, 31, shifted);
        return words;
    }

    /** {@code words ^= words >>> by}. */
    private static void mix(Tensor words, int by, Tensor shifted) {
        torch.bitwise_right_shift_outf(words, new Scalar((long) by), shifted);
        shifted.bitwise_and_(new Scalar(-1L >>> by));
        words.bitwise_xor_(shifted);
    }

    private Tensor growth(int count) {
        if (growth.isEmpty() || growth.get().size(0) < count) {
            close();
            growth = Optional.of(Scopes.call(() -> {
                Tensor indexes = transfers.indexes(count);
                indexes.mul_(new Scalar(RandomStream.GOLDEN_GAMMA));
                return Scopes.kept(indexes);
            }));
        }
        return growth.get();
    }

    @Override
    public void close() {
        growth.ifPresent(Tensor::close);
        growth = Optional.empty();
    }
}
