package convoy.worker.engine.libtorch;

import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.libtorch.device.TorchBackend;
import java.util.Optional;

/** The engine on libtorch. */
public final class LibtorchEngineProvider implements EngineProvider {

    @Override
    public String name() {
        return "libtorch";
    }

    /** As the build has it under {@code pytorch.version}. */
    @Override
    public String release() {
        return "2.10.0-1.5.13";
    }

    @Override
    public Optional<String> unavailable(Device device) {
        return TorchBackend.unavailable(device);
    }

    @Override
    public Engine compile(Network network, EngineOptions options) {
        options.requireOf(name());
        TorchBackend.unavailable(options.device()).ifPresent(reason -> {
            throw new BadInputException(
                    "engine = libtorch cannot compute on device = " + options.device() + ": " + reason);
        });
        return new LibtorchEngine(network, options, TorchBackend.streams(options.device()));
    }
}
