package convoy.worker.engine.nd4j;

import convoy.architectures.Network;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import java.util.Optional;

/** The engine on DL4J and ND4J. */
public final class Nd4jEngineProvider implements EngineProvider {
    private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";

    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public Optional<String> unavailable(Device device) {
        boolean cudaBuild = onClassPath(CUDA_BACKEND);
        return switch (device.kind()) {
            case CPU ->
                cudaBuild
                        ? Optional.of("this build has ND4J for CUDA in place of the processor's; build without -Pcuda")
                        : Optional.empty();
            case CUDA ->
                cudaBuild
                        ? Optional.empty()
                        : Optional.of("this build has ND4J for the processor; build with -Pcuda for CUDA 11.6"
                                + " (GPUs up to compute capability 8.6)");
        };
    }

    @Override
    public Engine compile(Network network, EngineOptions options) {
        options.requireOf(name());
        return new Nd4jEngine(network, options);
    }

    private static boolean onClassPath(String name) {
        return Nd4jEngineProvider.class.getClassLoader().getResource(name.replace('.', '/') + ".class") != null;
    }
}
