package convoy.worker.engine;

import convoy.records.Refusal;
import java.util.Locale;
import java.util.Optional;

/**
 * In what numbers an engine computes. Parameters, gradients and the optimizer are single precision whatever it is: the half types
 * are what convolutions, dense layers and all that lies between them compute in, as under PyTorch's autocast.
 */
public enum Precision {
    /** IEEE single precision. */
    FP32(23, 4),
    /** Single precision whose products are rounded to 10 bits of fraction: a GPU's, of compute capability 8.0 and newer. */
    TF32(10, 4),
    /** 7 bits of fraction, the range of single precision. */
    BF16(7, 2),
    /** 10 bits of fraction and a small range: the loss is scaled. */
    FP16(10, 2);

    private final int fractionBits;
    private final int bytes;

    Precision(int fractionBits, int bytes) {
        this.fractionBits = fractionBits;
        this.bytes = bytes;
    }

    /** {@return the bytes of a number that lies between two operations} */
    public int bytes() {
        return bytes;
    }

    /** {@return the bits behind the leading one of a product's factors} */
    public int fractionBits() {
        return fractionBits;
    }

    /**
     * {@return why an engine cannot compute so on a device, either of which may be left open; empty if it can}
     *
     * @param engine its name; {@code auto} is any
     * @param device as a run file has it; {@code auto} is any
     */
    public Optional<Refusal> refusal(String engine, String device) {
        if (this != FP32 && engine.equals("nd4j")) {
            return Optional.of(Refusal.of("precision", this)
                    .because("is not to be had of engine = nd4j, which computes in fp32 alone", "engine")
                    .instead("take engine = libtorch"));
        }
        if (this == TF32 && device.equals("cpu")) {
            return Optional.of(Refusal.of("precision", this)
                    .because("is a GPU's arithmetic, and device = cpu", "device")
                    .instead("take fp32 there, or a GPU"));
        }
        return Optional.empty();
    }

    /** As a run file has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
