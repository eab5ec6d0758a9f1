package convoy.worker.engine;

import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What computes, and how: an engine and a device by name, of which one or both may be left to the machine with {@value #AUTO}.
 *
 * @param engine by name
 * @param device as {@link Device#parse} reads it; {@code cuda} is the GPU that Spark gives a task
 * @param precision in what numbers
 * @param deterministic whether a gradient has the same bits each time on a GPU too
 */
@RecordBuilder
public record EngineChoice(
        String engine,
        String device,
        @Default("fp32") Precision precision,
        @Default("true") boolean deterministic) implements EngineChoiceBuilder.With {
    /** What leaves a choice to the machine. */
    public static final String AUTO = "auto";

    /** The one that is faster for most networks first: see decision 20 for what was measured. */
    private static final List<String> BY_SPEED = List.of("libtorch", "nd4j");

    /**
     * In single precision, with the same bits each time.
     *
     * @param engine the name by which a run file asks for it
     * @param device as {@link Device#parse} reads it, or {@code auto}
     */
    public EngineChoice(String engine, String device) {
        this(engine, device, Precision.FP32, true);
    }

    public EngineChoice {
        if (engine.isBlank()) {
            throw new BadInputException(
                    Refusal.of("engine", "''").because("is empty").instead("auto takes the fastest that is installed"));
        }
        if (!device.equals(AUTO)) {
            Device.parse(device);
        }
        precision.refusal(engine, device).ifPresent(reason -> {
            throw new BadInputException(reason);
        });
    }

    /** {@return whether nothing is left open} */
    public boolean isSettled() {
        return !engine.equals(AUTO) && !device.equals(AUTO);
    }

    /**
     * {@return the same with another engine}
     *
     * @param other the name of another engine
     */
    public EngineChoice by(String other) {
        return withEngine(other);
    }

    /**
     * {@return the same on another device}
     *
     * @param other as {@link Device#parse} reads it
     */
    public EngineChoice at(String other) {
        return withDevice(other);
    }

    /**
     * {@return what to tell the engine}
     *
     * @param where the device
     * @param threads of each engine, at least 1
     * @param labelSmoothing what the labels are softened by
     * @param frozen what training leaves as it is
     */
    public EngineOptions options(Device where, int threads, LabelSmoothing labelSmoothing, Frozen frozen) {
        return EngineOptionsBuilder.builder()
                .device(where)
                .threads(threads)
                .precision(precision)
                .deterministic(deterministic)
                .labelSmoothing(labelSmoothing)
                .frozen(frozen)
                .build();
    }

    /**
     * {@return the same with nothing left open} A GPU is only taken where it is a worker's own, since two on one card
     * wait for each other, or where they were asked to share it.
     *
     * @param gpus whether each worker was given a GPU, or a part of one
     * @throws BadInputException if nothing that is installed can compute there
     */
    public EngineChoice settle(boolean gpus) {
        return settle(gpus, (provider, where) -> false);
    }

    /**
     * {@return the same for whoever trains a network: among engines that can compute there it takes the one that is
     * faster for it}
     *
     * @param gpus whether each worker was given a GPU, or a part of one
     * @param network that is to be trained
     * @throws BadInputException if nothing that is installed can compute there
     */
    public EngineChoice settle(boolean gpus, Network network) {
        return settle(gpus, (provider, where) -> provider.isFastestFor(network, where));
    }

    private EngineChoice settle(boolean gpus, BiPredicate<EngineProvider, Device> fastest) {
        if (isSettled()) {
            return this;
        }
        List<String> names = engine.equals(AUTO) ? BY_SPEED : List.of(engine);
        List<String> devices = device.equals(AUTO) ? (gpus ? List.of("cuda", "cpu") : List.of("cpu")) : List.of(device);
        List<EngineProvider> installed = Engines.all();
        for (String where : devices) {
            for (String name :
                    fastestFirst(names, installed, provider -> fastest.test(provider, Device.parse(where)))) {
                boolean able = installed.stream()
                        .anyMatch(provider -> provider.name().equals(name)
                                && obstacle(provider, where).isEmpty());
                if (able) {
                    return with().engine(name).device(where).build();
                }
            }
        }
        String last = devices.get(devices.size() - 1);
        throw new BadInputException(
                "engine = " + engine + ": nothing installed can compute on device = " + device + ": "
                        + installed.stream()
                                .filter(provider -> names.contains(provider.name()))
                                .map(provider -> provider.name() + ": "
                                        + obstacle(provider, last).orElse("it can"))
                                .collect(Collectors.joining("; ")));
    }

    private static List<String> fastestFirst(
            List<String> names, List<EngineProvider> installed, Predicate<EngineProvider> fastest) {
        Set<String> first =
                installed.stream().filter(fastest).map(EngineProvider::name).collect(Collectors.toSet());
        return names.stream()
                .sorted(Comparator.comparing(name -> !first.contains(name)))
                .toList();
    }

    /** Why an engine cannot compute so there. */
    private Optional<String> obstacle(EngineProvider provider, String where) {
        return precision
                .refusal(provider.name(), where)
                .map(Refusal::sentence)
                .or(() -> provider.unavailable(Device.parse(where)));
    }
}
