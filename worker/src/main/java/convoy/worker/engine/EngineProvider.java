package convoy.worker.engine;

import convoy.architectures.graph.Network;
import java.util.List;
import java.util.Optional;

/** Makes engines of one kind; named in {@code META-INF/services}. */
public interface EngineProvider {

    /** {@return the name by which a run configuration asks for it, as {@code nd4j}} */
    String name();

    /** {@return the release of the libraries that compute: another one may give other bits} */
    String release();

    /**
     * {@return what tells the processors apart on which it gives other bits for the same device}
     *
     * @param device where it would compute
     */
    default String processor(Device device) {
        return switch (device.kind()) {
            case CPU -> ProcessorKind.here().toString();
            case CUDA -> "gpu";
        };
    }

    /**
     * {@return why it cannot compute on this device here, in one line that says what to do; empty if it can}
     *
     * @param device where it would compute
     */
    Optional<String> unavailable(Device device);

    /**
     * {@return whether it was measured to train such networks faster than all other engines on this device and a
     * processor such as this one}
     *
     * @param network that would be trained
     * @param device where it would compute
     */
    default boolean isFastestFor(Network network, Device device) {
        return false;
    }

    /** {@return the forms of its own in which it writes models; none for most} */
    default List<ModelForm> forms() {
        return List.of();
    }

    /**
     * Compiles a network.
     *
     * @param network with or without auxiliary heads
     * @param options where and in which numbers
     * @return to be closed
     * @throws convoy.records.BadInputException if the network has an operation that this engine does not have
     */
    Engine compile(Network network, EngineOptions options);
}
