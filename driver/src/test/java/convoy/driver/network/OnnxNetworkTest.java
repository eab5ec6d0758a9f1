package convoy.driver.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.ExportForm;
import convoy.driver.model.ModelExport;
import convoy.driver.model.StoredModel;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.onnx.in.OnnxModel;
import convoy.onnx.out.OnnxExport;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that another program has written, from its ONNX model to ours, whatever becomes of the file. */
final class OnnxNetworkTest {
    private static final String WRITTEN = """
            name: theirs
            input: 3x32x32
            classes: 10
            layers:
              - {name: conv, kind: convolution, out: 4, kernel: 3, stride: 2}
              - {name: bn, kind: batch-norm}
              - relu
              - adaptive-average-pool
              - flatten
              - {name: fc, kind: dense, out: =classes}
            """;

    private final Path directory;
    private final String train;
    private final String validation;
    private final Configuration hadoop = new Configuration();

    OnnxNetworkTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.train = DrawnData.write(directory.resolve("train"), 60, 1);
        this.validation = DrawnData.write(directory.resolve("validation"), 30, 2);
    }

    private static Network network(int classes) {
        return NetworkFile.read("theirs", WRITTEN, new TreeMap<>())
                .build(NetworkArguments.defaults().withClasses(classes));
    }

    private Path write(Network network) throws IOException {
        Path file = directory.resolve("theirs.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            new OnnxExport(network, network.initialize(77), Optional.empty(), new TreeMap<>()).write(out);
        }
        return file;
    }

    private RunConfiguration run(String name, NetworkChoice network) {
        return SmallConfiguration.on(
                        SmallConfiguration.of(name, directory, train, validation, ToyEngineProvider.NAME), 1, 1)
                .withNetwork(network);
    }

    private NetworkChoice theirs() {
        return NetworkChoice.ofOnnx(directory.resolve("theirs.onnx").toUri().toString());
    }

    private static TrainingResult train(SparkApplication spark, RunConfiguration run, Optional<Long> stopAfterStep) {
        return SparkTraining.run(
                spark, run, new TrainingOptions(written -> "", stopAfterStep), new TrainingListener() {});
    }

    private static byte[] model(TrainingResult result) throws IOException {
        return Files.readAllBytes(Path.of(URI.create(result.exports().get(0))));
    }

    private float[] initial(String run, Network network) {
        String uri = directory
                .resolve("runs/" + run + "/initial.safetensors")
                .toUri()
                .toString();
        return StoredModel.use(hadoop, uri, files -> {
            float[] values = new float[network.initialize(1).length];
            int at = 0;
            for (Tensor tensor : network.parameters()) {
                files.read(tensor.name(), values, at);
                at += tensor.size();
            }
            for (Tensor tensor : network.statistics()) {
                files.read(tensor.name(), values, at);
                at += tensor.size();
            }
            return values;
        });
    }

    @Test
    void aRunBeginsWithTheModelsWeightsAndGoesOnWithoutIt() throws IOException {
        Network network = network(DrawnData.CLASSES);
        Path file = write(network);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "onnx", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            TrainingResult whole = train(spark, run("whole", theirs()), Optional.empty());
            assertThat(whole.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(initial("whole", network)).isEqualTo(network.initialize(77));
            train(spark, run("cut", theirs()), Optional.of(2L));
            Files.delete(file);
            assertThat(model(train(spark, run("cut", theirs()), Optional.empty())))
                    .isEqualTo(model(whole));

            String to = directory.resolve("ours.onnx").toUri().toString();
            String uri = directory.resolve("runs/whole").toUri().toString();
            ModelExport.run(hadoop, uri, ExportForm.of(ExportFormat.ONNX), to);
            OnnxModel back = OnnxFiles.open(hadoop, to);
            StoredModel stored = StoredModel.read(
                    hadoop,
                    whole.exports().get(0),
                    StoredModel.describe(hadoop, whole.exports().get(0), Optional.empty()));
            assertThat(back.network().fingerprint()).isEqualTo(network.fingerprint());
            assertThat(back.values()).isEqualTo(stored.values());
            // An ONNX model of ours says what it is, as any model does, and may be replaced.
            assertThat(StoredModel.describe(hadoop, to, Optional.empty())).isEqualTo(stored.description());
            ModelExport.run(hadoop, uri, ExportForm.of(ExportFormat.ONNX), to);
        }
    }

    @Test
    void theLastLayerBeginsAnewForOtherClasses() throws IOException {
        Network seven = network(7);
        write(seven);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "onnx head", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            train(spark, run("head", theirs()), Optional.of(1L));
            Network ten = network(DrawnData.CLASSES);
            int body = ten.parameters().stream()
                    .filter(tensor -> !tensor.node().equals("fc"))
                    .mapToInt(Tensor::size)
                    .sum();
            assertThat(Arrays.copyOf(initial("head", ten), body)).isEqualTo(Arrays.copyOf(seven.initialize(77), body));
        }
    }

    private void refused(NetworkChoice network, String... parts) {
        assertThatThrownBy(() -> ResolvedRun.resolve(hadoop, run("refused", network)))
                .isInstanceOf(BadInputException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(parts));
    }

    @Test
    void whatIsNoModelIsRefusedInALine() throws IOException {
        refused(theirs(), "theirs.onnx", "does not exist");
        Files.writeString(directory.resolve("theirs.onnx"), "<!DOCTYPE html>", StandardCharsets.UTF_8);
        refused(theirs(), "theirs.onnx is no ONNX model");
        assertThatThrownBy(() -> theirs().withFile(Optional.of("own.yaml")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network.onnx")
                .hasMessageContaining("leave one of them out");
        assertThatThrownBy(() -> theirs().withName("vgg11"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network.name gives a network as well");
        assertThatThrownBy(() -> theirs().withZeroInitializedBranches(true))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the ONNX model gives the scales");
    }

    @Test
    void numbersBehindALinkOutOfTheFolderAreNotRead() throws IOException {
        Network network = network(7);
        Path folder = Files.createDirectories(directory.resolve("models"));
        OnnxExport export = new OnnxExport(network, network.initialize(77), Optional.empty(), new TreeMap<>());
        try (OutputStream out = Files.newOutputStream(folder.resolve("m.onnx"));
                OutputStream numbers = Files.newOutputStream(directory.resolve("elsewhere.data"))) {
            export.write(out, "m.onnx.data");
            export.writeNumbers(numbers);
        }
        String uri = folder.resolve("m.onnx").toUri().toString();
        Files.createSymbolicLink(folder.resolve("m.onnx.data"), directory.resolve("elsewhere.data"));
        assertThatThrownBy(() -> OnnxFiles.open(hadoop, uri))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("there is no such file in the model's folder");
        Files.delete(folder.resolve("m.onnx.data"));
        Files.move(directory.resolve("elsewhere.data"), folder.resolve("m.onnx.data"));
        assertThat(OnnxFiles.open(hadoop, uri).values()).isEqualTo(network.initialize(77));
    }
}
