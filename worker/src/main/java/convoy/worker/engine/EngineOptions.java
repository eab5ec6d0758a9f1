package convoy.worker.engine;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How an engine computes.
 *
 * @param device where it computes
 * @param threads the processor threads that one gradient may use, 1 or more; part of what the bits depend on
 * @param precision in what numbers
 * @param deterministic whether the same gradient has the same bits each time on a GPU too; a processor's always has
 * @param labelSmoothing of the loss
 * @param frozen what is not trained
 */
@RecordBuilder
public record EngineOptions(
        Device device,
        int threads,
        Precision precision,
        boolean deterministic,
        LabelSmoothing labelSmoothing,
        Frozen frozen)
        implements EngineOptionsBuilder.With {
    private static final int MOST_THREADS = 1024;

    /**
     * In single precision, with the same bits each time.
     *
     * @param device where it computes
     * @param threads of each engine, at least 1
     * @param labelSmoothing what the labels are softened by
     * @param frozen what training leaves as it is
     */
    public EngineOptions(Device device, int threads, LabelSmoothing labelSmoothing, Frozen frozen) {
        this(device, threads, Precision.FP32, true, labelSmoothing, frozen);
    }

    /**
     * Everything is trained, in single precision, with the same bits each time.
     *
     * @param device where it computes
     * @param threads of each engine, at least 1
     * @param labelSmoothing what the labels are softened by
     */
    public EngineOptions(Device device, int threads, LabelSmoothing labelSmoothing) {
        this(device, threads, labelSmoothing, Frozen.NOTHING);
    }

    public EngineOptions {
        requireThreads(threads);
    }

    /**
     * Refuses a number of threads that no engine takes.
     *
     * @param threads of each engine, at least 1
     * @throws BadInputException if it is one
     */
    public static void requireThreads(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new BadInputException(Refusal.of("threads", threads)
                    .because("is not in [1, " + MOST_THREADS + "]")
                    .instead("use one for each worker core"));
        }
    }

    /** {@return one processor thread, no label smoothing} */
    public static EngineOptions cpu() {
        return new EngineOptions(Device.CPU, 1, LabelSmoothing.NONE);
    }

    /**
     * {@return the same in other numbers}
     *
     * @param other numbers to compute with
     */
    public EngineOptions in(Precision other) {
        return new EngineOptions(device, threads, other, deterministic, labelSmoothing, frozen);
    }

    /**
     * Refuses what an engine cannot do.
     *
     * @param engine its name
     * @throws BadInputException if it cannot compute in this precision
     */
    public void requireOf(String engine) {
        precision.refusal(engine, device.toString()).ifPresent(reason -> {
            throw new BadInputException(reason);
        });
    }
}
