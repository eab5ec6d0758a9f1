package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.out.OnnxExport;
import convoy.onnx.out.PixelScaling;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.samples.SampleNetworks;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models as ONNX Runtime reads them: the same logits as an engine of ours. */
class OnnxOutTest {
    /** Of the largest logit. Both compute in single precision, in other orders. */
    private static final double TOLERANCE = 1e-5;

    static Stream<Network> samples() {
        List<Network> networks = new ArrayList<>(SampleNetworks.all());
        // ONNX has no norm over an even number of channels.
        networks.remove(SampleNetworks.responseNorms());
        networks.add(oddResponseNorms());
        networks.add(SampleNetworks.dilated());
        networks.add(SampleNetworks.dropout());
        networks.add(SampleNetworks.evolvedNorms());
        networks.add(poolings());
        return networks.stream();
    }

    private static Network oddResponseNorms() {
        return sequence(
                "odd response norms",
                new Image(3, 7, 6),
                Convolution.square(6, 3, 1, 0),
                new LocalResponseNorm(5, 0.1, 0.75, 2),
                new LocalResponseNorm(1, 0.2, 0.5, 1),
                new Flatten(),
                new Dense(5, true));
    }

    @Test
    void aNormOverAnEvenNumberOfChannelsIsRefused() {
        Network network = SampleNetworks.responseNorms();
        OnnxExport export = new OnnxExport(network, network.initialize(1), Optional.empty(), new TreeMap<>());
        assertThatThrownBy(() -> export.write(OutputStream.nullOutputStream()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("odd sizes alone are written");
    }

    private static Network sequence(String name, Image input, Operation... operations) {
        List<Node> nodes = new ArrayList<>();
        String last = Network.INPUT;
        for (Operation operation : operations) {
            String node = "n" + nodes.size();
            nodes.add(new Node(node, operation, List.of(last)));
            last = node;
        }
        return new Network(name, input, nodes, List.of(Head.main(last)));
    }

    /** Windows that reach beyond the input and its padding, and averages over parts that are not alike. */
    private static Network poolings() {
        return sequence(
                "poolings",
                new Image(3, 28, 25),
                Convolution.square(4, 3, 1, 0),
                new PadChannels(2, 1),
                Pooling.average(3, 2, 1).withCeil(),
                Pooling.window(Kind.AVERAGE, 2, 3)
                        .withStride(1, 2)
                        .withPadding(0, 1)
                        .withCeil()
                        .withoutCountingPad(),
                Pooling.max(2, 2, 1).withCeil(),
                new Scale(0.17),
                new AdaptiveAveragePool(3, 5),
                new AdaptiveAveragePool(1, 5),
                new Flatten(),
                new Dense(5, false));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyOperationComputesTheSame(Network network, @TempDir Path folder) throws Exception {
        assertThat(deviation(network, SampleNetworks.weights(network, 5), 3, folder))
                .isLessThan(TOLERANCE);
    }

    /** Each network of the catalogue, or those that {@code -Dlong.networks=PATTERN} names. */
    static Stream<String> catalogue() {
        String asked = System.getProperty("long.networks", ".*");
        return Catalogue.all().stream().map(Entry::name).filter(name -> name.matches(asked));
    }

    @ParameterizedTest
    @MethodSource("catalogue")
    @LongTest
    void everyNetworkOfTheCatalogueComputesTheSame(String name, @TempDir Path folder) throws Exception {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        double deviation = deviation(network, StatisticsOfData.weights(network), 2, folder);
        System.out.printf(Locale.ROOT, "onnx %s: logits %.1e apart%n", name, deviation);
        assertThat(deviation).isLessThan(deviation < 10 * TOLERANCE ? 10 * TOLERANCE : 3 * magnified(network));
    }

    /** How far logits move where each pixel does by a unit in the last place: deep networks without statistics of data magnify that. */
    private static double magnified(Network network) {
        Batch batch = SampleNetworks.batch(network, 2, 7);
        float[] moved = batch.images().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] = i % 3 == 0 ? Math.nextUp(moved[i]) : Math.nextDown(moved[i]);
        }
        try (Engine engine = Engines.find("libtorch", Device.CPU).compile(network, EngineOptions.cpu())) {
            engine.setParameters(StatisticsOfData.weights(network));
            float[] logits = engine.predict(batch).clone();
            return Deviation.of(engine.predict(new Batch(2, moved, batch.labels())), logits);
        }
    }

    private static double deviation(Network network, float[] weights, int examples, Path folder)
            throws IOException, OrtException {
        Path file = folder.resolve("model.onnx");
        OnnxExport export = new OnnxExport(network, weights, Optional.empty(), new TreeMap<>());
        try (OutputStream out = Files.newOutputStream(file)) {
            export.write(out);
        }
        return deviation(network, weights, file, SampleNetworks.batch(network, examples, 7));
    }

    private static double deviation(Network network, float[] weights, Path file, Batch batch) throws OrtException {
        Image image = (Image) network.input();
        try (Engine engine = Engines.find("libtorch", Device.CPU).compile(network, EngineOptions.cpu());
                OnnxRuntime runtime = new OnnxRuntime(file)) {
            engine.setParameters(weights);
            float[] ours = engine.predict(batch);
            float[] theirs =
                    runtime.run(batch.images(), batch.labels().length, image.channels(), image.height(), image.width());
            return Deviation.of(ours, theirs);
        }
    }

    @Test
    void numbersMayLieInAFileBesideTheModel(@TempDir Path folder) throws Exception {
        Network network = SampleNetworks.branches();
        float[] weights = SampleNetworks.weights(network, 5);
        OnnxExport export = new OnnxExport(network, weights, Optional.empty(), new TreeMap<>());
        Path file = folder.resolve("model.onnx");
        try (OutputStream out = Files.newOutputStream(file);
                OutputStream numbers = Files.newOutputStream(folder.resolve("model.onnx.data"))) {
            export.write(out, "model.onnx.data");
            export.writeNumbers(numbers);
        }
        assertThat(Files.size(folder.resolve("model.onnx.data"))).isEqualTo(export.bytes());
        assertThat(deviation(network, weights, file, SampleNetworks.batch(network, 3, 7)))
                .isLessThan(TOLERANCE);
    }

    @Test
    void theGraphMayNormalizePixels(@TempDir Path folder) throws Exception {
        Network network = SampleNetworks.branches();
        float[] weights = SampleNetworks.weights(network, 5);
        Image image = (Image) network.input();
        PixelScaling scaling = new PixelScaling(
                List.of(0.4, 0.5, 0.6).subList(0, image.channels()),
                List.of(0.2, 0.25, 0.3).subList(0, image.channels()));
        TreeMap<String, String> metadata = new TreeMap<>();
        metadata.put("class_names", "[\"cat\"]");
        Path file = folder.resolve("model.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            new OnnxExport(network, weights, Optional.of(scaling), metadata).write(out);
        }
        Batch pixels = SampleNetworks.batch(network, 3, 7);
        float[] bytes = pixels.images().clone();
        float[] normalized = bytes.clone();
        int plane = image.height() * image.width();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Math.round(128 + 60 * Math.max(-2, Math.min(2, bytes[i])));
            int channel = i / plane % image.channels();
            normalized[i] = (float) ((bytes[i] / 255 - scaling.mean().get(channel))
                    / scaling.std().get(channel));
        }
        try (Engine engine = Engines.find("libtorch", Device.CPU).compile(network, EngineOptions.cpu());
                OnnxRuntime runtime = new OnnxRuntime(file)) {
            engine.setParameters(weights);
            assertThat(Deviation.of(
                            engine.predict(new Batch(3, normalized, pixels.labels())),
                            runtime.run(bytes, 3, image.channels(), image.height(), image.width())))
                    .isLessThan(TOLERANCE);
            assertThat(runtime.session().getMetadata().getCustomMetadata()).isEqualTo(metadata);
        }
    }
}
