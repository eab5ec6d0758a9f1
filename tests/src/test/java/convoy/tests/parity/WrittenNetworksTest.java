package convoy.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.file.WrittenNetwork;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.text.Sha256;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.nd4j.Nd4jEngineProvider;
import convoy.worker.engine.samples.SampleNetworks;
import convoy.worker.groups.LongTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that was written as a file and read again is trained to the same bits. */
final class WrittenNetworksTest {
    private static final int STEPS = 3;
    private static final int EXAMPLES = 4;
    private static final float RATE = 0.01f;

    /** The first that ND4J's engine has of each family. */
    static List<String> families() {
        Map<String, Optional<String>> first = EnginesAgreeTest.catalogue().stream()
                .map(Catalogue::find)
                .collect(Collectors.groupingBy(
                        Entry::family,
                        TreeMap::new,
                        Collectors.mapping(Entry::name, Collectors.reducing((one, other) -> one))));
        return first.values().stream().flatMap(Optional::stream).toList();
    }

    private static String sumAfterThreeSteps(Network network) {
        float[] flat = network.initialize(1);
        float[] gradient = new float[flat.length];
        int parameters = network.parameterCount();
        try (Engine engine = new Nd4jEngineProvider().compile(network, EngineOptions.cpu())) {
            for (int step = 0; step < STEPS; step++) {
                engine.setParameters(flat);
                engine.gradient(SampleNetworks.batch(network, EXAMPLES, step), new MicroBatchKey(3, step, 0), gradient);
                for (int i = 0; i < parameters; i++) {
                    flat[i] -= RATE / EXAMPLES * gradient[i];
                }
                System.arraycopy(gradient, parameters, flat, parameters, flat.length - parameters);
            }
        }
        ByteBuffer bytes = ByteBuffer.allocate(flat.length * Float.BYTES);
        bytes.asFloatBuffer().put(flat);
        return Sha256.digits(bytes.array());
    }

    private static void requireSame(Network network) {
        NetworkFile file =
                NetworkFile.read("written.yaml", WrittenNetwork.of(network, Optional.empty()), new TreeMap<>());
        Network back = file.build(NetworkArguments.defaults().withInput((Image) network.input()));
        assertThat(sumAfterThreeSteps(back)).isEqualTo(sumAfterThreeSteps(network));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "resnet20_cifar"})
    void ofTwoSmallOnes(String name) {
        requireSame(Catalogue.build(name, NetworkArguments.defaults()));
    }

    @ParameterizedTest
    @MethodSource("families")
    @LongTest
    void ofEveryFamily(String name) {
        requireSame(EnginesAgreeTest.small(Catalogue.build(name, NetworkArguments.defaults())));
    }
}
