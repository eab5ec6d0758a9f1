package convoy.tests.virtual.cluster;

import convoy.architectures.graph.Network;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import java.util.Optional;

/** An engine in a process, whose gradients take that process's time. */
record PacedEngineProvider(EngineProvider provider, VirtualProcess process, Pace pace) implements EngineProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public String release() {
        return provider.release();
    }

    @Override
    public String processor(Device device) {
        return pace.processor(process, provider.processor(device));
    }

    @Override
    public Optional<String> unavailable(Device device) {
        return provider.unavailable(device);
    }

    @Override
    public Engine compile(Network network, EngineOptions options) {
        return new PacedEngine(provider.compile(network, options), process, pace);
    }
}
