package convoy.worker.engine.nd4j;

import convoy.architectures.graph.Network;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Normalization;
import convoy.architectures.operations.Operation;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.ModelForm;
import java.util.List;
import java.util.Optional;

/** The engine on DL4J and ND4J. */
public final class Nd4jEngineProvider implements EngineProvider {
    private static final double MOST_OF_ALL = 0.7;
    private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";

    @Override
    public String name() {
        return "nd4j";
    }

    /** As the build has it under {@code dl4j.version}. */
    @Override
    public String release() {
        return "1.0.0-M2.1";
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

    /**
     * Where nearly all is 3 x 3: with AVX-512, its oneDNN computes such convolutions by Winograd's algorithm (Lavin and Gray 2016), which
     * newer ones do not have any more. Decision 20 has the figures.
     */
    @Override
    public boolean isFastestFor(Network network, Device device) {
        return device.gpu().isEmpty() && NativeBackend.hasAvx512() && isForWinograd(network);
    }

    /** Whether most multiply-adds are those of 3 x 3 convolutions with stride 1, and nothing that is slower here is around them. */
    static boolean isForWinograd(Network network) {
        return network.nodes().stream().noneMatch(node -> node.operation() instanceof Normalization)
                && network.multiplyAdds(Nd4jEngineProvider::isThreeByThree) >= MOST_OF_ALL * network.multiplyAdds();
    }

    private static boolean isThreeByThree(Operation operation) {
        return operation instanceof Convolution convolution
                && convolution.kernelHeight() == 3
                && convolution.kernelWidth() == 3
                && convolution.strideHeight() == 1
                && convolution.strideWidth() == 1
                && convolution.groups() == 1;
    }

    @Override
    public List<ModelForm> forms() {
        return List.of(new Dl4jExport());
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
