package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.Card;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineOptionsBuilder;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Optional;

/**
 * What is checked, and against what.
 *
 * @param device that is checked
 * @param card that it is; empty for the processor
 * @param reference engine that computes on the processor
 * @param threads of both there
 */
public record Subject(Device device, Optional<Card> card, String reference, int threads) {
    /** The engine that is checked. */
    static final String ENGINE = "libtorch";

    private static final LabelSmoothing LABEL_SMOOTHING = new LabelSmoothing(0.1);

    boolean gpu() {
        return card.isPresent();
    }

    /**
     * Looks for both engines.
     *
     * @throws convoy.records.BadInputException if libtorch cannot compute on the device, or the other not at all
     */
    public void require() {
        provider();
        Engines.find(reference, Device.CPU);
    }

    private EngineProvider provider() {
        return Engines.find(ENGINE, device);
    }

    EngineOptions options(Precision precision, boolean deterministic) {
        return EngineOptionsBuilder.builder()
                .device(device)
                .threads(threads)
                .precision(precision)
                .deterministic(deterministic)
                .labelSmoothing(LABEL_SMOOTHING)
                .frozen(Frozen.NOTHING)
                .build();
    }

    Engine compile(Network network, Precision precision) {
        return provider().compile(network, options(precision, true));
    }

    Engine compileReference(Network network) {
        return Engines.find(reference, Device.CPU)
                .compile(network, new EngineOptions(Device.CPU, threads, LABEL_SMOOTHING));
    }

    /** All that the device has. */
    List<Precision> precisions() {
        if (card.isEmpty()) {
            return List.of(Precision.FP32, Precision.BF16, Precision.FP16);
        }
        return card.get().hasTf32AndBf16()
                ? List.of(Precision.FP32, Precision.TF32, Precision.BF16, Precision.FP16)
                : List.of(Precision.FP32, Precision.FP16);
    }

    /** What people train in, the fastest first. */
    List<Precision> usualPrecisions() {
        if (card.isEmpty()) {
            return List.of(Precision.FP32);
        }
        return card.get().hasTf32AndBf16()
                ? List.of(Precision.BF16, Precision.TF32)
                : List.of(Precision.FP16, Precision.FP32);
    }

    @Override
    public String toString() {
        return card.map(Card::toString).orElse("the processor");
    }
}
