package convoy.worker.engine;

import convoy.architectures.graph.Network;
import java.util.List;
import java.util.Optional;

/** Makes engines of one kind; named in {@code META-INF/services}. */
public interface EngineProvider {

    /** The name by which a run configuration asks for it, as {@code nd4j}. */
    String name();

    /** The release of the libraries that compute: another one may give other bits. */
    String release();

    /** What tells the processors apart on which it gives other bits for the same device. */
    default String processor(Device device) {
        return switch (device.kind()) {
            case CPU -> ProcessorKind.here().toString();
            case CUDA -> "gpu";
        };
    }

    /** Why it cannot compute on this device here, in one line that says what to do; empty if it can. */
    Optional<String> unavailable(Device device);

    /** Whether it was measured to train such networks faster than all other engines on this device and a processor such as this one. */
    default boolean isFastestFor(Network network, Device device) {
        return false;
    }

    /** The forms of its own in which it writes models; none for most. */
    default List<ModelForm> forms() {
        return List.of();
    }

    /**
     * Compiles a network.
     *
     * @throws convoy.records.BadInputException if the network has an operation that this engine does not have
     */
    Engine compile(Network network, EngineOptions options);
}
