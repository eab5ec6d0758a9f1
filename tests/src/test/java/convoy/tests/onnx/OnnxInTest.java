package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.onnx.in.OnnxImport;
import convoy.onnx.in.OnnxModel;
import convoy.onnx.out.OnnxExport;
import convoy.onnx.out.PixelScaling;
import convoy.worker.engine.samples.SampleNetworks;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was written here is read back as the network that it was: the same nodes, names and numbers, and so the same logits to the bit. */
class OnnxInTest {
    static Stream<Network> samples() {
        // Powers that ONNX has no operator for are written as several operators, which are not read back.
        return OnnxOutTest.samples().filter(network -> !network.name().equals("powers"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyOperationIsReadBack(Network network, @TempDir Path folder) throws IOException {
        assertReadBack(network, SampleNetworks.weights(network, 5), folder);
    }

    static Stream<String> catalogue() {
        return OnnxOutTest.catalogue();
    }

    @ParameterizedTest
    @MethodSource("catalogue")
    @LongTest
    void everyNetworkOfTheCatalogueIsReadBack(String name, @TempDir Path folder) throws IOException {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        assertReadBack(network, StatisticsOfData.weights(network), folder);
    }

    static Stream<String> small() {
        return Stream.of(
                "lenet5", "mnist_cnn", "resnet20_cifar", "shufflenet_v2_x0_5", "efficientnet_b0", "squeezenet1_1");
    }

    @ParameterizedTest
    @MethodSource("small")
    void smallNetworksOfTheCatalogueAreReadBack(String name, @TempDir Path folder) throws IOException {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        assertReadBack(network, StatisticsOfData.weights(network), folder);
    }

    private static void assertReadBack(Network network, float[] weights, Path folder) throws IOException {
        Path file = folder.resolve("model.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            new OnnxExport(network, weights, Optional.empty(), new TreeMap<>()).write(out);
        }
        OnnxModel model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        Network inference = network.inference();
        assertThat(model.network().nodes()).isEqualTo(inference.nodes());
        assertThat(model.network().fingerprint()).isEqualTo(inference.fingerprint());
        assertThat(model.notices()).isEmpty();
        assertThat(model.values()).isEqualTo(kept(network, weights));
    }

    /** The numbers of what inference needs. */
    private static float[] kept(Network network, float[] weights) {
        Network inference = network.inference();
        List<String> names = inference.tensors().stream().map(Tensor::name).toList();
        float[] kept =
                new float[inference.tensors().stream().mapToInt(Tensor::size).sum()];
        int from = 0;
        int to = 0;
        for (List<Tensor> tensors : List.of(network.parameters(), network.statistics())) {
            for (Tensor tensor : tensors) {
                if (names.contains(tensor.name())) {
                    System.arraycopy(weights, from, kept, to, tensor.size());
                    to += tensor.size();
                }
                from += tensor.size();
            }
        }
        return kept;
    }

    @Test
    void numbersBesideTheModelAreRead(@TempDir Path folder) throws IOException {
        Network network = SampleNetworks.branches();
        float[] weights = SampleNetworks.weights(network, 5);
        OnnxExport export = new OnnxExport(network, weights, Optional.empty(), new TreeMap<>());
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.onnx"));
                OutputStream numbers = Files.newOutputStream(folder.resolve("numbers.bin"))) {
            export.write(out, "numbers.bin");
            export.writeNumbers(numbers);
        }
        OnnxModel model = OnnxImport.read(new LocalFolder(folder.resolve("model.onnx")), Optional.empty());
        assertThat(model.values()).isEqualTo(kept(network, weights));
    }

    @Test
    void aNormalizationInTheGraphIsLeftOutAndSaid(@TempDir Path folder) throws IOException {
        Network network = SampleNetworks.branches();
        int channels = network.input().channels();
        PixelScaling scaling =
                new PixelScaling(Collections.nCopies(channels, 0.5), Collections.nCopies(channels, 0.25));
        Path file = folder.resolve("model.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            new OnnxExport(network, SampleNetworks.weights(network, 5), Optional.of(scaling), new TreeMap<>())
                    .write(out);
        }
        OnnxModel model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        assertThat(model.network().fingerprint()).isEqualTo(network.inference().fingerprint());
        assertThat(model.notices()).singleElement().asString().contains("127.5", "63.75", "normalization");
    }
}
