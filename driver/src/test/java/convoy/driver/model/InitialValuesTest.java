package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.edit.Edit;
import convoy.architectures.edit.Edits;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.configuration.WeightsChoice.HeadWeights;
import convoy.driver.configuration.WeightsChoice.InputWeights;
import convoy.parameterserver.files.ModelFiles;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.records.Problems;
import convoy.records.yaml.YamlText;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What trained weights become in a network that may have other classes and channels. */
final class InitialValuesTest {
    private static final Network TRAINED = network(10, 3);

    private final Configuration hadoop = new Configuration();
    private final Path directory;
    private final Path file;
    private final float[] trained = TRAINED.initialize(99);

    InitialValuesTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("trained.safetensors");
    }

    private static Network network(int classes, int channels) {
        return Catalogue.build(
                "resnet20_cifar",
                NetworkArguments.defaults().withClasses(classes).withInput(new Shape.Image(channels, 32, 32)));
    }

    private static List<Safetensors.Tensor> tensors(float[] values) {
        return new ArrayList<>(StoredModel.tensors(NetworkLayout.of(TRAINED), values));
    }

    private void write(Path to, List<Safetensors.Tensor> tensors) throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            Safetensors.write(out, Map.of("format", "pt"), tensors);
        }
    }

    private float[] fit(Network network, Path from, HeadWeights head, InputWeights input) {
        WeightsChoice choice = WeightsChoice.defaults()
                .with()
                .from(from.toUri().toString())
                .head(head)
                .input(input)
                .build();
        return StoredModel.use(
                hadoop,
                choice.from(),
                files -> InitialValues.fit(
                        files, network, InitialValues.Differences.NONE, choice, network.initialize(1)));
    }

    private static float[] tensor(Network network, float[] flat, String name) {
        Segment segment = NetworkLayout.of(network).segment(name);
        return Arrays.copyOfRange(flat, segment.begin(), segment.range().end());
    }

    /** An edited network begins with all that it has in common with the trained one. */
    @Test
    void weightsFitWhatIsUntouchedAndTheRestIsFreshOrRenamed() throws IOException {
        float[] trained = TRAINED.initialize(5);
        Path file = directory.resolve("untouched.safetensors");
        write(file, tensors(trained));
        String first = TRAINED.parameters().get(0).node();
        Network edited = Edits.apply(
                TRAINED,
                "edited",
                List.of(new Edit.Insert(
                        first,
                        Optional.empty(),
                        List.of(YamlText.readFile("layers", "{name: extra, kind: batch-norm}", new Problems())))),
                Map.of());
        WeightsChoice choice =
                WeightsChoice.defaults().with().from(file.toUri().toString()).build();
        float[] drawn = edited.initialize(1);
        float[] values = fit(edited, choice.withFresh(List.of("extra")));
        for (Segment segment : NetworkLayout.of(edited).segments()) {
            assertThat(tensor(edited, values, segment.name()))
                    .as(segment.name())
                    .isEqualTo(
                            segment.name().startsWith("extra.")
                                    ? tensor(edited, drawn, segment.name())
                                    : tensor(TRAINED, trained, segment.name()));
        }
        assertThatThrownBy(() -> fit(edited, choice)).hasMessageContaining("4 missing: extra.weight");
        assertThatThrownBy(() -> fit(edited, choice.withFresh(List.of("extra", "extry"))))
                .hasMessageContaining("network.weights.fresh = 'extry' names no tensor of edited");
        // What is left out of a network may be in the file.
        assertThat(fit(TRAINED, choice.withFresh(List.of(first)))).isNotEqualTo(trained);
    }

    private float[] fit(Network network, WeightsChoice choice) {
        return StoredModel.use(
                hadoop,
                choice.from(),
                files -> InitialValues.fit(
                        InitialValues.renamed(files, choice.rename()),
                        network,
                        InitialValues.Differences.NONE,
                        choice,
                        network.initialize(1)));
    }

    @Test
    void storedNamesAreRenamedWholeAndByTheirBeginnings() throws IOException {
        float[] trained = TRAINED.initialize(5);
        String first = TRAINED.parameters().get(0).node();
        List<Safetensors.Tensor> other = tensors(trained).stream()
                .map(tensor -> tensor.name().startsWith(first + ".")
                        ? new Safetensors.Tensor(
                                "stem.x" + tensor.name().substring(first.length()),
                                tensor.shape(),
                                tensor.values(),
                                tensor.offset())
                        : tensor)
                .toList();
        Path file = directory.resolve("renamed.safetensors");
        write(file, other);
        WeightsChoice choice = WeightsChoice.defaults()
                .with()
                .from(file.toUri().toString())
                .rename(new TreeMap<>(Map.of("stem.x", first)))
                .build();
        assertThat(fit(TRAINED, choice)).isEqualTo(trained);
        assertThatThrownBy(() -> fit(TRAINED, choice.withRename(new TreeMap<>(Map.of("stem.y", first)))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network.weights.rename.stem.y: ");
        String second = TRAINED.parameters().stream()
                .map(Tensor::node)
                .filter(node -> !node.equals(first))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> fit(TRAINED, choice.withRename(new TreeMap<>(Map.of("stem.x", second)))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("two tensors would be called")
                .hasMessageNotContaining("\n");
    }

    @Test
    void weightsOfTheSameNetworkAreTakenAsTheyAre() throws IOException {
        write(file, tensors(trained));
        assertThat(fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT)).isEqualTo(trained);
    }

    @Test
    void shardsAndADirectoryAreTakenToo() throws IOException {
        List<Safetensors.Tensor> all = tensors(trained);
        write(directory.resolve("model-00001-of-00002.safetensors"), all.subList(0, 20));
        write(directory.resolve("model-00002-of-00002.safetensors"), all.subList(20, all.size()));
        String map = all.stream()
                .map(tensor -> "\"" + tensor.name() + "\":\"model-0000" + (all.indexOf(tensor) < 20 ? 1 : 2)
                        + "-of-00002.safetensors\"")
                .collect(Collectors.joining(","));
        Files.writeString(directory.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
        assertThat(fit(TRAINED, directory, HeadWeights.KEPT, InputWeights.KEPT)).isEqualTo(trained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.", "model.", "_orig_mod.", "_orig_mod.module.", "a.b.c."})
    void aPrefixThatAllTensorsShareIsTakenAwayAndTold(String prefix) throws IOException {
        write(
                file,
                tensors(trained).stream()
                        .map(tensor -> new Safetensors.Tensor(
                                prefix + tensor.name(), tensor.shape(), tensor.values(), tensor.offset()))
                        .toList());
        assertThat(prefixed(file)).isEqualTo(trained);
        assertThat(StoredModel.notice(hadoop, file.toUri().toString(), TRAINED).orElseThrow())
                .contains("begin with '" + prefix + "'", "resnet20_cifar", "taken without it")
                .doesNotContain("\n");
        write(file, tensors(trained));
        assertThat(prefixed(file)).isEqualTo(trained);
        assertThat(StoredModel.notice(hadoop, file.toUri().toString(), TRAINED)).isEmpty();
    }

    private float[] prefixed(Path from) {
        return StoredModel.use(hadoop, from.toUri().toString(), files -> {
            ModelFiles bare = SharedPrefix.without(files, TRAINED);
            TensorFit.of(bare, TRAINED).requireAll();
            return StoredModel.values(bare, NetworkLayout.of(TRAINED));
        });
    }

    @Test
    void aPrefixThatSomeLackOrThatDoesNotHelpStays() throws IOException {
        List<Safetensors.Tensor> some = tensors(trained);
        some.set(
                0,
                new Safetensors.Tensor(
                        "module." + some.get(0).name(), some.get(0).shape(), trained, 0));
        write(file, some);
        assertThatThrownBy(() -> prefixed(file)).hasMessageContaining("1 unexpected: module.");
        write(file, List.of(new Safetensors.Tensor("module.nothing.weight", List.of(2L), trained, 0)));
        assertThatThrownBy(() -> prefixed(file))
                .hasMessageContaining("1 unexpected: module.nothing.weight")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(600));
    }

    @Test
    void auxiliaryHeadsThatWereLeftOutAreDrawn() throws IOException {
        Network googlenet = Catalogue.build(
                "googlenet", NetworkArguments.defaults().withClasses(3).withInput(new Shape.Image(3, 64, 64)));
        float[] stored = googlenet.initialize(2);
        float[] drawn = googlenet.initialize(1);
        Set<String> auxiliary = Surgery.auxiliaryTensors(googlenet);
        write(
                file,
                StoredModel.tensors(NetworkLayout.of(googlenet), stored).stream()
                        .filter(tensor -> !auxiliary.contains(tensor.name()))
                        .toList());
        float[] values = fit(googlenet, file, HeadWeights.KEPT, InputWeights.KEPT);
        for (Segment segment : NetworkLayout.of(googlenet).segments()) {
            assertThat(tensor(googlenet, values, segment.name()))
                    .as(segment.name())
                    .isEqualTo(tensor(googlenet, auxiliary.contains(segment.name()) ? drawn : stored, segment.name()));
        }
    }

    @Test
    void aNewHeadIsDrawnAndTheBodyKept() throws IOException {
        write(file, tensors(trained));
        Network five = network(5, 3);
        float[] drawn = five.initialize(1);
        float[] values = fit(five, file, HeadWeights.FRESH, InputWeights.KEPT);
        for (Segment segment : NetworkLayout.of(five).segments()) {
            boolean head =
                    segment.name().startsWith("linear.") || segment.name().startsWith("fc.");
            assertThat(tensor(five, values, segment.name()))
                    .isEqualTo(head ? tensor(five, drawn, segment.name()) : tensor(TRAINED, trained, segment.name()));
        }
        assertThat(fit(TRAINED, file, HeadWeights.FRESH, InputWeights.KEPT))
                .as("a fresh head is fresh for as many classes too")
                .isNotEqualTo(trained);
    }

    /** What a dense layer has is [out, C H W], what it becomes as a convolution [out, C, H, W]: the same numbers. */
    @Test
    void weightsOfDenseLayersFitTheConvolutionsThatTheyBecome() throws IOException {
        Network dense = Catalogue.build("lenet5", NetworkArguments.defaults());
        float[] stored = dense.initialize(5);
        write(file, StoredModel.tensors(NetworkLayout.of(dense), stored));
        Network sliding = Catalogue.build(
                "lenet5",
                NetworkArguments.defaults()
                        .withInput(new Shape.Image(1, 40, 44))
                        .withVariant(new Variant(Optional.empty(), true, true)));
        WeightsChoice choice = WeightsChoice.defaults().withFrom(file.toUri().toString());
        Set<String> names = dense.tensors().stream()
                .filter(tensor -> tensor.role() == Tensor.Role.DENSE_WEIGHT)
                .map(Tensor::name)
                .collect(Collectors.toSet());
        assertThat(names).hasSize(3);
        float[] values = StoredModel.use(
                hadoop,
                choice.from(),
                files -> InitialValues.fit(
                        files, sliding, new InitialValues.Differences(names, Set.of()), choice, sliding.initialize(1)));
        assertThat(values).isEqualTo(stored);
        assertThatThrownBy(() -> fit(sliding, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("3 of another shape");

        Network wider = Catalogue.build("lenet5", NetworkArguments.defaults().withInput(new Shape.Image(1, 32, 32)));
        write(file, StoredModel.tensors(NetworkLayout.of(wider), wider.initialize(5)));
        assertThatThrownBy(() -> StoredModel.use(
                        hadoop,
                        choice.from(),
                        files -> InitialValues.fit(
                                files,
                                sliding,
                                new InitialValues.Differences(names, Set.of()),
                                choice,
                                sliding.initialize(1))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("1 of another shape");
    }

    /** A file with auxiliary heads, and PyTorch's counts of batches, serves a network that does without them. */
    @Test
    void auxiliaryHeadsThatARunDoesWithoutAreNotRead() throws IOException {
        NetworkArguments small = NetworkArguments.defaults().withClasses(3).withInput(new Shape.Image(3, 64, 64));
        Network whole = Catalogue.build("googlenet", small);
        Network headless = Catalogue.build("googlenet", small.withoutAuxiliary());
        float[] stored = whole.initialize(2);
        List<Safetensors.Tensor> tensors = new ArrayList<>(StoredModel.tensors(NetworkLayout.of(whole), stored));
        tensors.add(new Safetensors.Tensor("aux1.conv.bn.num_batches_tracked", List.of(1L), stored, 0));
        write(file, tensors);
        WeightsChoice choice = WeightsChoice.defaults().withFrom(file.toUri().toString());
        Set<String> auxiliary = Surgery.auxiliaryTensors(whole);
        assertThat(auxiliary).contains("aux1.conv.bn.running_mean");
        float[] values = StoredModel.use(
                hadoop,
                choice.from(),
                files -> InitialValues.fit(
                        files,
                        headless,
                        new InitialValues.Differences(Set.of(), auxiliary),
                        choice,
                        headless.initialize(1)));
        for (Segment segment : NetworkLayout.of(headless).segments()) {
            assertThat(tensor(headless, values, segment.name()))
                    .as(segment.name())
                    .isEqualTo(tensor(whole, stored, segment.name()));
        }
        assertThatThrownBy(() -> fit(headless, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("unexpected: aux1.");
    }

    @Test
    void filtersForOtherChannelsAreMeansSumsOrFresh() throws IOException {
        write(file, tensors(trained));
        Network grey = network(10, 1);
        float[] old = tensor(TRAINED, trained, "conv1.weight");
        float[] mean = tensor(grey, fit(grey, file, HeadWeights.KEPT, InputWeights.MEAN), "conv1.weight");
        float[] sum = tensor(grey, fit(grey, file, HeadWeights.KEPT, InputWeights.SUM), "conv1.weight");
        assertThat(mean).hasSize(16 * 9);
        for (int out = 0; out < 16; out++) {
            for (int pixel = 0; pixel < 9; pixel++) {
                double expected = 0;
                for (int channel = 0; channel < 3; channel++) {
                    expected += old[(out * 3 + channel) * 9 + pixel];
                }
                assertThat(mean[out * 9 + pixel]).isEqualTo((float) (expected / 3));
                assertThat(sum[out * 9 + pixel]).isEqualTo((float) (expected / 3) * 3f);
            }
        }
        assertThat(tensor(grey, fit(grey, file, HeadWeights.KEPT, InputWeights.FRESH), "conv1.weight"))
                .isEqualTo(tensor(grey, grey.initialize(1), "conv1.weight"));
        Network five = network(10, 5);
        float[] wide = tensor(five, fit(five, file, HeadWeights.KEPT, InputWeights.MEAN), "conv1.weight");
        assertThat(Arrays.copyOfRange(wide, 0, 9)).isEqualTo(Arrays.copyOfRange(mean, 0, 9));
        assertThat(Arrays.copyOfRange(wide, 36, 45)).isEqualTo(Arrays.copyOfRange(mean, 0, 9));
    }

    @Test
    void halvesAndCountsOfBatchesAsPyTorchWritesThemAreRead() throws IOException {
        ParameterLayout layout = NetworkLayout.of(TRAINED);
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        ByteBuffer data = ByteBuffer.allocate(2 * layout.size() + 8 * 100).order(ByteOrder.LITTLE_ENDIAN);
        for (Segment segment : layout.segments()) {
            if (segment.name().endsWith("running_mean")) {
                entry(header, segment.name().replace("running_mean", "num_batches_tracked"), "I64", "[]", data, 8);
                data.putLong(1000);
            }
            entry(header, segment.name(), "BF16", segment.shape().toString(), data, 2 * segment.size());
            for (int i = 0; i < segment.size(); i++) {
                data.putShort((short) 0x3f80);
            }
        }
        byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer whole =
                ByteBuffer.allocate(8 + text.length + data.position()).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                file,
                whole.putLong(text.length)
                        .put(text)
                        .put(data.array(), 0, data.position())
                        .array());
        float[] ones = new float[layout.size()];
        Arrays.fill(ones, 1);
        assertThat(fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT)).isEqualTo(ones);
    }

    private static void entry(
            StringBuilder header, String name, String type, String shape, ByteBuffer data, int bytes) {
        header.append(",\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":["
                + data.position() + "," + (data.position() + bytes) + "]}");
    }

    @Test
    void everythingThatDoesNotFitIsListedAtOnce() throws IOException {
        List<Safetensors.Tensor> tensors = tensors(trained);
        tensors.removeIf(
                tensor -> tensor.name().equals("bn1.weight") || tensor.name().equals("layer2.0.bn1.running_var"));
        tensors.replaceAll(tensor -> tensor.name().equals("layer1.0.conv1.weight")
                ? new Safetensors.Tensor(tensor.name(), List.of(16L, 16L, 9L), trained, 0)
                : tensor);
        tensors.add(new Safetensors.Tensor("module.extra", List.of(2L), trained, 0));
        tensors.add(new Safetensors.Tensor("nothing.num_batches_tracked", List.of(1L), trained, 0));
        write(file, tensors);
        assertThatThrownBy(() -> fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("trained.safetensors does not fit resnet20_cifar:")
                .hasMessageContaining("2 missing: bn1.weight, layer2.0.bn1.running_var;")
                .hasMessageContaining("2 unexpected: module.extra, nothing.num_batches_tracked;")
                .hasMessageContaining("1 of another shape: layer1.0.conv1.weight is [16, 16, 9] where the network has"
                        + " [16, 16, 3, 3];")
                .hasMessageContaining("give the weights of that network")
                .hasMessageNotContaining("\n");
    }

    @Test
    void otherClassesAndChannelsAreToldHowToBeHad() throws IOException {
        write(file, tensors(trained));
        assertThatThrownBy(() -> fit(network(5, 3), file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is [10, 64] where the network has [5, 64]")
                .hasMessageEndingWith("to train with other classes set network.weights.head: fresh");
        assertThatThrownBy(() -> fit(network(10, 1), file, HeadWeights.KEPT, InputWeights.KEPT))
                .hasMessageEndingWith("to train with other channels set network.weights.input: mean");
        assertThatThrownBy(() -> fit(network(5, 1), file, HeadWeights.KEPT, InputWeights.KEPT))
                .hasMessageEndingWith("to train with other classes and channels set network.weights.head: fresh and"
                        + " network.weights.input: mean");
        assertThatThrownBy(() -> fit(network(5, 1), file, HeadWeights.KEPT, InputWeights.MEAN))
                .hasMessageContaining("other classes set")
                .hasMessageNotContaining("conv1.weight");
    }

    @Test
    void integersAreNoWeights() throws IOException {
        String header = "{\"conv1.weight\":{\"dtype\":\"I64\",\"shape\":[16,3,3,3],\"data_offsets\":[0,3456]}}";
        ByteBuffer whole = ByteBuffer.allocate(8 + header.length() + 3456).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                file,
                whole.putLong(header.length())
                        .put(header.getBytes(StandardCharsets.UTF_8))
                        .array());
        assertThatThrownBy(() -> fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("of a type that is none of F32, F16, BF16: conv1.weight is I64");
    }

    @Test
    void whatIsNotThereOrDamagedIsOneLine() throws IOException {
        assertThatThrownBy(() -> fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("trained.safetensors does not exist: give the URI of a model.safetensors");
        assertThatThrownBy(() -> fit(TRAINED, directory, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("\n");
        write(file, tensors(trained));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> fit(TRAINED, file, HeadWeights.KEPT, InputWeights.KEPT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("it is cut off")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aBlankUriIsRefused() {
        assertThatThrownBy(() -> WeightsChoice.defaults().withFrom(" "))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network.weights.from = '' is empty");
    }
}
