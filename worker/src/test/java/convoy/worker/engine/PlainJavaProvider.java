package convoy.worker.engine;

import java.util.Optional;

/** An engine that a test has of its own, written in Java alone: of one release, and on the processor only. */
public interface PlainJavaProvider extends EngineProvider {
    @Override
    default String release() {
        return "1";
    }

    @Override
    default Optional<String> unavailable(Device device) {
        return device.equals(Device.CPU) ? Optional.empty() : Optional.of("it knows the processor alone");
    }
}
