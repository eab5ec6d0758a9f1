package convoy.worker.engine;

import convoy.records.BadInputException;

/**
 * How an engine computes.
 *
 * @param device where it computes
 * @param threads the processor threads that one gradient may use, 1 or more; part of what the bits depend on
 * @param precision in what numbers
 * @param deterministic whether the same gradient has the same bits each time on a GPU too; a processor's always has
 * @param labelSmoothing the share e in [0, 1) of a label's weight that is spread evenly over all classes: the target is
 *     (1 - e) * onehot + e / classes (Szegedy et al. 2015, section 7; PyTorch's {@code label_smoothing})
 * @param frozen what is not trained
 */
public record EngineOptions(
        Device device, int threads, Precision precision, boolean deterministic, double labelSmoothing, Frozen frozen) {

    /** In single precision, with the same bits each time. */
    public EngineOptions(Device device, int threads, double labelSmoothing, Frozen frozen) {
        this(device, threads, Precision.FP32, true, labelSmoothing, frozen);
    }

    /** Everything is trained. */
    public EngineOptions(Device device, int threads, double labelSmoothing) {
        this(device, threads, labelSmoothing, Frozen.NOTHING);
    }

    public EngineOptions {
        if (threads < 1 || threads > 1024) {
            throw new BadInputException("threads = " + threads + " is not in [1, 1024]; use one for each worker core");
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new BadInputException(
                    "label smoothing = " + labelSmoothing + " is not in [0, 1); 0.1 is usual, 0 is none");
        }
    }

    /** One processor thread, no label smoothing. */
    public static EngineOptions cpu() {
        return new EngineOptions(Device.CPU, 1, 0);
    }

    /** The same in other numbers. */
    public EngineOptions in(Precision other) {
        return new EngineOptions(device, threads, other, deterministic, labelSmoothing, frozen);
    }

    /**
     * Refuses what an engine cannot do.
     *
     * @throws BadInputException if it cannot compute in this precision
     */
    public void requireOf(String engine) {
        precision.refusal(engine, device.toString()).ifPresent(reason -> {
            throw new BadInputException(reason);
        });
    }
}
