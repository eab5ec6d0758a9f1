package convoy.worker.engine.libtorch.transfer;

import convoy.worker.engine.Precision;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the loss of one micro-batch is multiplied by in fp16, and its gradients are divided by again, so that small ones do not vanish
 * among that type's few exponents (Micikevicius et al. 2018, section 3.2). It begins anew with each micro-batch: PyTorch's
 * {@code GradScaler} remembers a scale from step to step, on which the bits would then depend.
 */
public final class LossScale implements AutoCloseable {
    /** Of the mean over the examples: what {@code GradScaler} begins with. */
    private static final double FIRST = 65_536;

    private static final double LAST = 1;
    private static final double STEP = 16;

    private final int examples;
    private double ofMean = FIRST;

    /** A scalar: 0 as long as all gradients are finite, else NaN. Empty where the loss is not scaled. */
    private final Optional<Tensor> overflow;

    /** Where nothing is scaled. */
    static final LossScale NONE = new LossScale(1, Optional.empty());

    private LossScale(int examples, Optional<Tensor> overflow) {
        // A power of two, which changes the exponent alone.
        this.examples = Integer.highestOneBit(2 * examples - 1);
        this.overflow = overflow;
    }

    /**
     * {@return the scale that this precision needs} What it takes of the device is released by {@link #close}.
     *
     * @param precision of what is computed
     * @param examples how many examples the loss is summed over
     * @param transfers those of the device
     */
    public static LossScale of(Precision precision, int examples, Transfers transfers) {
        return precision == Precision.FP16
                ? new LossScale(examples, Optional.of(transfers.zeros(1, ScalarType.Float)))
                : NONE;
    }

    /** {@return whether a gradient may have to be computed again} */
    public boolean mayRetreat() {
        return overflow.isPresent();
    }

    /** {@return what the loss, summed over the examples, is multiplied by} */
    public double factor() {
        return mayRetreat() ? ofMean / examples : 1;
    }

    /** Gradients of the loss itself, in the open scope; those given may be overwritten. */
    Tensor remove(Tensor gradient) {
        return overflow.map(sum -> {
                    Tensor single = gradient.to(ScalarType.Float);
                    single.mul_(new Scalar(1 / factor()));
                    sum.add_(single.norm(new Scalar(Double.POSITIVE_INFINITY)).mul(new Scalar(0.0)));
                    return single;
                })
                .orElse(gradient);
    }

    /** {@return whether the gradient did not fit and a smaller scale may help, which is taken then} */
    public boolean retreat() {
        if (overflow.isEmpty()
                || ofMean <= LAST
                || Float.isFinite(overflow.get().item_float())) {
            return false;
        }
        overflow.get().zero_();
        ofMean /= STEP;
        return true;
    }

    @Override
    public void close() {
        overflow.ifPresent(Tensor::close);
    }
}
