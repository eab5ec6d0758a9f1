package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.tensor.Tensor;
import convoy.onnx.in.OnnxImport;
import convoy.onnx.in.OnnxModel;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.behaviour.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Models that PyTorch exported of torchvision's classifiers: logits to 1e-4 and gradients to 1e-3 of PyTorch's in double precision. {@code
 * torchvision_models.py} beside this test's resources makes them; {@code -Dparity.onnx=FOLDER} says where they are, and {@code
 * -Dparity.models=PATTERN} which of them are read. Deep networks with batch norm over few images magnify rounding, so that PyTorch's own
 * single precision is further off than that from its double. Where an engine is, the network's gradient in double precision, by plain loops,
 * is compared instead, a hundred times as closely.
 */
@Tag("parity")
class TorchvisionModelsTest {
    private static final double LOGITS = 1e-4;
    private static final double GRADIENT = 1e-3;
    /** In double precision; PyTorch's are stored in single. */
    private static final double EXACT_GRADIENT = 1e-5;

    @TestFactory
    Stream<DynamicTest> modelsComputeWhatPyTorchDoes() throws IOException {
        String given = System.getProperty("parity.onnx", "");
        assumeFalse(given.isBlank(), "no models: name their folder with -Dparity.onnx=FOLDER");
        String asked = System.getProperty("parity.models", ".*");
        Path folder = Path.of(given);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> models = files.filter(
                            file -> String.valueOf(file.getFileName()).matches("(" + asked + ")\\.onnx"))
                    .sorted()
                    .toList();
            assertThat(models).isNotEmpty();
            return models.stream()
                    .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        OnnxModel model;
        try {
            model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        } catch (BadInputException refused) {
            String message = String.valueOf(refused.getMessage());
            System.out.printf("onnx %s: not taken: %s%n", file.getFileName(), message.replace('\n', ';'));
            assertThat(String.valueOf(file.getFileName()))
                    .as("only transformers are not taken")
                    .matches("(vit|swin|maxvit).*");
            assertThat(message).contains("no operation of a network does this");
            return;
        }
        Map<String, float[]> reference = reference(file);
        Network network = withoutDropout(model.network());
        float[] images = required(reference, "images");
        float[] labels = required(reference, "labels");
        int[] classes = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            classes[i] = (int) labels[i];
        }
        Batch batch = new Batch(classes.length, images, classes);
        try (Engine engine = Engines.find("libtorch", Device.CPU).compile(network, EngineOptions.cpu())) {
            float[] values = model.values();
            engine.setParameters(values);
            double logits = Deviation.of(engine.predict(batch), required(reference, "logits"));
            boolean known = reference.keySet().stream().anyMatch(name -> name.startsWith("gradient."));
            double gradient =
                    known ? distance(doubles(gradient(engine, batch, network)), network, model, reference) : 0;
            boolean close = gradient < GRADIENT;
            double exact =
                    close ? 0 : distance(Results.of(network, values, batch).gradient(), network, model, reference);
            System.out.printf(
                    Locale.ROOT,
                    "onnx %s: logits %.1e, gradient %s, PyTorch's in single precision %s, in double %s, %d notices%s%n",
                    file.getFileName(),
                    logits,
                    known ? String.format(Locale.ROOT, "%.1e", gradient) : "not known",
                    known ? String.format(Locale.ROOT, "%.1e", required(reference, "own_deviation")[0]) : "not known",
                    close ? "not asked" : String.format(Locale.ROOT, "%.1e", exact),
                    model.notices().size(),
                    model.notices().isEmpty() ? "" : ": " + model.notices().get(0));
            assertThat(logits).isLessThan(LOGITS);
            assertThat(exact).isLessThan(EXACT_GRADIENT);
        }
    }

    private static float[] required(Map<String, float[]> reference, String name) {
        float[] values = reference.get(name);
        assertThat(values).as(name).isNotNull();
        return values == null ? new float[0] : values;
    }

    private static Map<String, float[]> reference(Path file) throws IOException {
        Map<String, float[]> tensors = new HashMap<>();
        String path = file.toString().replaceFirst("onnx$", "safetensors");
        try (Safetensors.Reader reader = Safetensors.open(
                new Configuration(), new org.apache.hadoop.fs.Path(Path.of(path).toUri()))) {
            for (String name : reader.names()) {
                long size = reader.shape(name).orElseThrow().stream().reduce(1L, (a, b) -> a * b);
                float[] values = new float[Math.toIntExact(size)];
                reader.read(name, values, 0);
                tensors.put(name, values);
            }
        }
        return tensors;
    }

    /** Chance is left out, as it was there. */
    private static Network withoutDropout(Network network) {
        Map<String, String> stands = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : network.nodes()) {
            List<String> inputs = node.inputs().stream()
                    .map(input -> stands.getOrDefault(input, input))
                    .toList();
            if (node.operation().isIdentityInInference()) {
                stands.put(node.name(), inputs.get(0));
            } else {
                nodes.add(new Node(node.name(), node.operation(), inputs));
            }
        }
        return new Network(network.name(), network.input(), nodes, network.heads());
    }

    private static float[] gradient(Engine engine, Batch batch, Network network) {
        float[] flat = new float[network.initialize(1).length];
        engine.gradient(batch, new MicroBatchKey(0, 0, 0), flat);
        return Arrays.copyOf(flat, network.parameterCount());
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    /** The distance of those numbers of the gradient that are known, over their norm. */
    private static double distance(double[] flat, Network network, OnnxModel model, Map<String, float[]> reference) {
        double difference = 0;
        double squares = 0;
        int compared = 0;
        int begin = 0;
        for (Tensor tensor : network.parameters()) {
            float[] expected = reference.get("gradient." + model.initializer(tensor.name()));
            if (expected != null) {
                compared++;
                int stride = (tensor.size() + 999) / 1000;
                for (int i = 0; i < expected.length; i++) {
                    double apart = flat[begin + i * stride] - expected[i];
                    difference += apart * apart;
                    squares += (double) expected[i] * expected[i];
                }
            }
            begin += tensor.size();
        }
        assertThat(compared).isPositive();
        return Math.sqrt(difference / squares);
    }
}
