package convoy.worker.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.samples.SampleNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jExportTest {

    @ParameterizedTest
    @CsvSource({
        "lenet5, 1x28x28",
        "mnist_cnn, 1x28x28",
        "resnet20_cifar, 3x32x32",
        "model_a, 3x32x32",
        "all_cnn_b, 3x32x32",
        "googlenet, 3x64x64",
        "resnet18, 3x64x64",
    })
    void plainDl4jRestoresItAndPredictsTheSame(String name, String input) throws IOException {
        Network network = Catalogue.build(
                name, NetworkArguments.defaults().withClasses(10).withInput(Image.parse(input)));
        assertRestoredPredictsTheSame(network);
    }

    /** Batch norm's epsilon, alpha by size, bins, a pooled plane flattened in [C, H, W]. */
    @Test
    void responseNormsAndSmallOperationsToo() throws IOException {
        for (Network network : List.of(SampleNetworks.norms(), SampleNetworks.exportable())) {
            assertRestoredPredictsTheSame(network);
        }
    }

    private static void assertRestoredPredictsTheSame(Network network) throws IOException {
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 3, 2);
        int classes = network.classes();
        float[] logits;
        try (Engine engine = new Nd4jEngineProvider().compile(network, EngineOptions.cpu())) {
            engine.setParameters(flat);
            // Random weights make deep networks' logits large, whose probabilities are only zeros and ones.
            double scale = Math.min(1, 1 / rootMeanSquare(engine.predict(batch)));
            for (Segment segment : NetworkLayout.of(network).segments()) {
                if (segment.name().startsWith("fc.")) {
                    for (int i = segment.begin(); i < segment.range().end(); i++) {
                        flat[i] *= (float) scale;
                    }
                }
            }
            engine.setParameters(flat);
            logits = engine.predict(batch);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        new Dl4jExport().write(network, flat, zip);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        new Dl4jExport().write(network, flat, again);
        assertThat(again.toByteArray()).isEqualTo(zip.toByteArray());
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), false);
        for (Layer layer : restored.getLayers()) {
            assertThat(layer.conf().getLayer().getClass().getPackageName()).startsWith("org.deeplearning4j.nn.conf");
        }
        Image image = (Image) network.input();
        INDArray images =
                Nd4j.create(batch.images(), new long[] {3, image.channels(), image.height(), image.width()}, 'c');
        float[] probabilities = restored.outputSingle(images).dup('c').data().asFloat();
        for (int n = 0; n < 3; n++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[n * classes + c]);
            }
            for (int c = 0; c < classes; c++) {
                assertThat((double) probabilities[n * classes + c])
                        .isCloseTo(Math.exp(logits[n * classes + c]) / sum, within(1e-5));
            }
        }
    }

    private static double rootMeanSquare(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    @Test
    void knowsItsOwnFilesFromOthers() throws IOException {
        Network network = SampleNetworks.exportable();
        ByteArrayOutputStream own = new ByteArrayOutputStream();
        new Dl4jExport().write(network, SampleNetworks.weights(network, 1), own);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(other)) {
            zip.putNextEntry(new ZipEntry("notes.txt"));
        }
        assertThat(begins(own.toByteArray())).isTrue();
        assertThat(begins(other.toByteArray())).isFalse();
        assertThat(begins("no zip".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(begins(new byte[0])).isFalse();
    }

    private static boolean begins(byte[] file) throws IOException {
        return new Dl4jExport().begins(new ByteArrayInputStream(file));
    }

    @Test
    void saysWhatDl4jLacks() {
        Network network = SampleNetworks.poolings();
        assertThatThrownBy(() -> new Dl4jExport()
                        .write(network, SampleNetworks.weights(network, 1), new ByteArrayOutputStream()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("network poolings cannot be written for DL4J: node max.ceil is a pooling that rounds up its"
                        + " output's sides, which none of its layers is; use model.safetensors");
    }
}
