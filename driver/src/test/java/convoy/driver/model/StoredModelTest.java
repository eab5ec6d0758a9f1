package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.Outputs;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredModelTest {
    private static final ModelDescription DESCRIPTION = ModelDescription.of(
            "resnet20_cifar", 4, new Shape.Image(3, 32, 32), List.of(0.5, 0.25, 0.125), List.of(0.25, 0.5, 1.0));

    private final Configuration hadoop = new Configuration();
    private final Path file;

    StoredModelTest(@TempDir Path directory) {
        this.file = directory.resolve("model.safetensors");
    }

    private StoredModel model() {
        float[] values = DESCRIPTION.build().initialize(1);
        values[values.length - 1] = 42;
        return new StoredModel(DESCRIPTION, 120, values);
    }

    private String write(StoredModel model) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            model.writeSafetensors(out, Safetensors.Precision.F32, false);
        }
        return file.toUri().toString();
    }

    @Test
    void aModelComesBackAsItWas() throws IOException {
        StoredModel model = model();
        String uri = write(model);
        assertThat(StoredModel.describe(hadoop, uri, Optional.empty())).isEqualTo(DESCRIPTION);
        assertThat(StoredModel.step(hadoop, uri)).isEqualTo(120);
        StoredModel read = StoredModel.read(hadoop, uri, DESCRIPTION);
        assertThat(Arrays.equals(read.values(), model.values())).isTrue();
        assertThat(read.step()).isEqualTo(120);
    }

    @Test
    void theTensorsHaveTorchvisionsNamesAndPyTorchsShapes() throws IOException {
        String uri = write(model());
        try (Safetensors.Reader reader = Safetensors.open(hadoop, new org.apache.hadoop.fs.Path(uri))) {
            assertThat(reader.metadata()).containsEntry("format", "pt");
            assertThat(reader.shape("conv1.weight")).contains(List.of(16L, 3L, 3L, 3L));
            assertThat(reader.shape("bn1.running_var")).contains(List.of(16L));
            assertThat(reader.names()).anyMatch(name -> name.endsWith("fc.weight") || name.endsWith("linear.weight"));
        }
    }

    /** What a strict {@code load_state_dict} compares: every name, shape and type, nothing else in the file. */
    @Test
    void aModelIsWrittenInEveryPrecisionWithAllItsTensors() throws IOException {
        for (Safetensors.Precision precision : Safetensors.Precision.values()) {
            try (OutputStream out = Files.newOutputStream(file)) {
                model().writeSafetensors(out, precision, false);
            }
            try (Safetensors.Reader reader = Safetensors.open(hadoop, new org.apache.hadoop.fs.Path(file.toUri()))) {
                List<Tensor> tensors = new ArrayList<>(DESCRIPTION.build().parameters());
                tensors.addAll(DESCRIPTION.build().statistics());
                assertThat(reader.names())
                        .containsExactlyElementsOf(
                                tensors.stream().map(Tensor::name).toList());
                for (Tensor tensor : tensors) {
                    assertThat(reader.shape(tensor.name())).contains(TensorFit.longs(tensor.shape()));
                    assertThat(reader.type(tensor.name())).contains(precision.name());
                }
            }
            String uri = file.toUri().toString();
            float[] read = StoredModel.read(hadoop, uri, StoredModel.describe(hadoop, uri, Optional.empty()))
                    .values();
            assertThat(read[read.length - 1]).isEqualTo(42);
        }
    }

    /** As PyTorch's GoogLeNet without auxiliary heads loads it strictly, or the one with them. */
    @Test
    void auxiliaryHeadsAreLeftOutUnlessAskedFor() throws IOException {
        ModelDescription googlenet =
                ModelDescription.of("googlenet", 3, new Shape.Image(3, 64, 64), List.of(), List.of());
        Network network = googlenet.build();
        Set<String> auxiliary = Surgery.auxiliaryTensors(network);
        assertThat(auxiliary).isNotEmpty().allMatch(name -> name.startsWith("aux1.") || name.startsWith("aux2."));
        float[] values = network.initialize(1);
        String uri = file.toUri().toString();
        for (boolean asked : new boolean[] {false, true}) {
            try (OutputStream out = Files.newOutputStream(file)) {
                new StoredModel(googlenet, 7, values).writeSafetensors(out, Safetensors.Precision.F32, asked);
            }
            StoredModel read = StoredModel.read(hadoop, uri, StoredModel.describe(hadoop, uri, Optional.empty()));
            for (Segment segment : NetworkLayout.of(network).segments()) {
                int end = segment.range().end();
                float[] stored = Arrays.copyOfRange(read.values(), segment.begin(), end);
                assertThat(stored)
                        .as(segment.name())
                        .isEqualTo(
                                asked || !auxiliary.contains(segment.name())
                                        ? Arrays.copyOfRange(values, segment.begin(), end)
                                        : new float[segment.size()]);
            }
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            List<Safetensors.Tensor> some = StoredModel.tensors(NetworkLayout.of(network), values).stream()
                    .filter(tensor -> !tensor.name().startsWith("aux2."))
                    .toList();
            Safetensors.write(out, googlenet.toMetadata(), some);
        }
        assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("missing: aux2.");
    }

    @Test
    void dl4jsFormHasNoAuxiliaryHeadsToAskFor() {
        assertThatThrownBy(() -> ModelExport.run(
                        hadoop,
                        "nowhere",
                        new ExportForm(Outputs.ExportFormat.DL4J, Safetensors.Precision.F32, true, false),
                        file.toUri().toString()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("DL4J's form is written without auxiliary heads; leave --auxiliary-heads out");
    }

    @Test
    void aModelWhoseNumbersAreTooLargeForAPrecisionIsRefused() throws IOException {
        StoredModel model = model();
        model.values()[3] = 1e6f;
        try (OutputStream out = Files.newOutputStream(file)) {
            assertThatThrownBy(() -> model.writeSafetensors(out, Safetensors.Precision.F16, false))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(
                            "the model cannot be written: tensor 'conv1.weight' holds 1000000.0, which is too large for"
                                    + " F16; write it as f32");
        }
    }

    @Test
    void aFileThatDoesNotSayWhatItIsNeedsToBeTold() throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            Safetensors.write(
                    out, Map.of(), List.of(new Safetensors.Tensor("conv1.weight", List.of(2L), new float[2], 0)));
        }
        String uri = file.toUri().toString();
        assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not say which network it is of");
        assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.of(DESCRIPTION)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("conv1.weight is [2] where the network has [16, 3, 3, 3]");
    }

    @Test
    void whatIsNoModelIsRefusedInOneLine() throws IOException {
        String uri = file.toUri().toString();
        assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("\n");
        Files.writeString(file, "not a model at all");
        assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageNotContaining("\n");
        write(model());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 8));
        assertThatThrownBy(() -> StoredModel.read(hadoop, uri, DESCRIPTION))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aModelSaysWhichVariantOfItsNetworkItIs() throws IOException {
        for (Variant variant : List.of(
                Variant.none(),
                new Variant(Optional.empty(), true, true),
                new Variant(Optional.empty(), false, false),
                new Variant(Optional.of(new Wires(9, Optional.of(12), Optional.of(4))), false, true),
                new Variant(Optional.of(Wires.defaults()), true, true))) {
            ModelDescription description = ModelDescription.of(
                            "randwire_ws", 4, new Shape.Image(3, 224, 224), List.of(), List.of())
                    .withVariant(variant);
            assertThat(ModelDescription.fromMetadata(description.toMetadata(), "x"))
                    .contains(description);
        }
        ModelDescription description = ModelDescription.of(
                        "lenet5", 4, new Shape.Image(1, 36, 36), List.of(), List.of())
                .withVariant(new Variant(Optional.empty(), true, true));
        float[] values = description.build().initialize(1);
        String uri = write(new StoredModel(description, 1, values));
        ModelDescription described = StoredModel.describe(hadoop, uri, Optional.empty());
        assertThat(described).isEqualTo(description);
        assertThat(Arrays.equals(StoredModel.read(hadoop, uri, described).values(), values))
                .isTrue();
    }

    @Test
    void metadataThatCannotBeReadIsRefused() {
        Map<String, String> metadata = DESCRIPTION.toMetadata();
        assertThat(ModelDescription.fromMetadata(metadata, "x")).contains(DESCRIPTION);
        assertThat(ModelDescription.fromMetadata(Map.of("format", "pt"), "x")).isEmpty();
        metadata.put("convoy.classes", "many");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the file")
                .hasMessageContaining("many");
        metadata.remove("convoy.classes");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .hasMessageContaining("classes is missing");
        metadata.put("convoy.classes", "4");
        metadata.put("convoy.variant", "{\"wires\":{\"seed\":1,\"nodes\":2000000000},\"dense-to-convolution\":false}");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the file")
                .hasMessageContaining("nodes = 2000000000 is not in [12, 256]");
        metadata.remove("convoy.variant");
        metadata.remove("convoy.format");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("convoy.format = 1, this version reads format 2; export it anew");
    }

    @Test
    void whatIsGivenInPlaceOfASafetensorsFileIsNamed() throws IOException {
        Map<String, String> others = Map.of(
                "PK\u0003\u0004 and more than eight bytes", "is a zip archive, no safetensors file",
                "version https://git-lfs.github.com/spec/v1", "is a pointer of git-lfs",
                "<!DOCTYPE html><html>not found</html>", "is a web page");
        for (Map.Entry<String, String> other : others.entrySet()) {
            Files.writeString(file, other.getKey());
            String uri = file.toUri().toString();
            assertThatThrownBy(() -> StoredModel.describe(hadoop, uri, Optional.empty()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(other.getValue())
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void exportingWhatIsNoRunIsRefused(@TempDir Path empty) throws IOException {
        assertThatThrownBy(() -> ModelExport.run(
                        hadoop,
                        empty.resolve("nothing").toUri().toString(),
                        ExportForm.of(Outputs.ExportFormat.SAFETENSORS),
                        file.toUri().toString()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nothing does not exist");
        assertThatThrownBy(() -> ModelExport.run(
                        hadoop,
                        empty.toUri().toString(),
                        ExportForm.of(Outputs.ExportFormat.SAFETENSORS),
                        file.toUri().toString()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is an empty folder: give the directory of a run");
        Files.createDirectory(empty.resolve("checkpoints"));
        assertThatThrownBy(() -> ModelExport.run(
                        hadoop,
                        empty.toUri().toString(),
                        ExportForm.of(Outputs.ExportFormat.SAFETENSORS),
                        file.toUri().toString()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has no whole checkpoint");
    }
}
