package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CatalogueTest {
    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    private static Network standard(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    /** Every network's cost is pinned; a change of this file is a change of a network. */
    @Test
    void costsAreThoseOfTheGoldenFile() throws IOException {
        String actual = "# name parameters parameters-without-auxiliary multiply-adds-without-auxiliary activations\n"
                + names().stream()
                        .map(CatalogueTest::standard)
                        .map(network -> String.format(
                                Locale.ROOT,
                                "%s %d %d %d %d%n",
                                network.name(),
                                network.parameterCount(),
                                network.parameterCountWithoutAuxiliary(),
                                network.multiplyAddsWithoutAuxiliary(),
                                network.activations()))
                        .collect(Collectors.joining());
        try (InputStream golden = CatalogueTest.class.getResourceAsStream("costs.golden")) {
            assertThat(golden).as("costs.golden beside this test").isNotNull();
            assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Parameters as the papers, torchvision and Keras state them. */
    @ParameterizedTest
    @CsvSource({
        "lenet5, 61706",
        "mnist_cnn, 1626314",
        "alexnet, 61100840",
        "alexnet_2012, 62378344",
        "alexnet_2012_towers, 60965224", // Caffe's bvlc_alexnet
        "nin_cifar, 966986",
        "nin, 7439608",
        "vgg11, 132863336",
        "vgg11_lrn, 132863336",
        "vgg13, 133047848",
        "vgg16_1x1, 133638952",
        "vgg16, 138357544",
        "vgg19, 143667240",
        "vgg11_bn, 132868840",
        "vgg13_bn, 133053736",
        "vgg16_bn, 138365992",
        "vgg19_bn, 143678248",
        "googlenet, 13004888",
        "resnet20_cifar, 269722",
        "resnet32_cifar, 464154",
        "resnet44_cifar, 658586",
        "resnet56_cifar, 853018",
        "resnet110_cifar, 1727962",
        "plain18, 11515688", // resnet18 and resnet34 of torchvision, less their downsample
        "plain34, 21623848",
        "resnet50_v1, 25557032",
        "resnet101_v1, 44549160",
        "resnet152_v1, 60192808",
        "drn_a_50, 25557032", // torchvision's resnet50(replace_stride_with_dilation=[False, True, True])
        "resnet18, 11689512",
        "resnet34, 21797672",
        "resnet50, 25557032",
        "resnet101, 44549160",
        "resnet152, 60192808",
        "wide_resnet50_2, 68883240",
        "wide_resnet101_2, 126886696",
        "model_a, 839242",
        "strided_cnn_a, 839242",
        "convpool_cnn_a, 1254250",
        "all_cnn_a, 1254250",
        "model_b, 885610",
        "strided_cnn_b, 885610",
        "convpool_cnn_b, 1300618",
        "all_cnn_b, 1300618",
        "model_c, 954730",
        "strided_cnn_c, 954730",
        "convpool_cnn_c, 1369738",
        "all_cnn_c, 1369738",
        "densenet121, 7978856",
        "densenet161, 28681000",
        "densenet169, 14149480",
        "densenet201, 20013928",
        "squeezenet1_0, 1248424",
        "squeezenet1_1, 1235496",
        "resnext50_32x4d, 25028904",
        "resnext101_32x8d, 88791336",
        "resnext101_64x4d, 83455272",
        "mobilenet_v2, 3504872",
        "mnasnet0_5, 2218512",
        "mnasnet0_75, 3170208",
        "mnasnet1_0, 4383312",
        "mnasnet1_3, 6282256",
        "shufflenet_v2_x0_5, 1366792",
        "shufflenet_v2_x1_0, 2278604",
        "shufflenet_v2_x1_5, 3503624",
        "shufflenet_v2_x2_0, 7393996",
        "googlenet_5x5, 13378280", // Caffe's bvlc_googlenet: 6998552, and 3188840 and 3190888 in its auxiliary heads
        "googlenet_5x5_bn, 13385816",
        "bn_inception, 11285224", // the PyTorch port of Caffe's has 11295240 with 10016 biases that norms take away
        "inception_v3, 27161264",
        "inception_v4, 42679816", // as timm's
        "inception_resnet_v2, 55843464", // as timm's
        // FaceNet's PyTorch port: 23482624, of which 1600768 in a sixth last block and 918528 behind the average
        "inception_resnet_v1, 22756328",
        "efficientnet_b0, 5288548",
        "efficientnet_b1, 7794184",
        "efficientnet_b2, 9109994",
        "efficientnet_b3, 12233232",
        "efficientnet_b4, 19341616",
        "efficientnet_b5, 30389784",
        "efficientnet_b6, 43040704",
        "efficientnet_b7, 66347960",
        "all_cnn_imagenet, 9372840", // "less than 10 million" in the paper
        "densenet_cifar, 769162", // 0.8 M in the paper, 769162 in its authors' PyTorch port
        "resnet50_evonorm_s0, 25572072",
        "resnet50_evonorm_b0, 25572072",
    })
    void countsParameters(String name, int parameters) {
        assertThat(standard(name).parameterCount()).isEqualTo(parameters);
    }

    /** Billions of multiply-adds as torchvision documents them ("GFLOPS" of its weights). */
    @ParameterizedTest
    @CsvSource({
        "alexnet, 0.714",
        "alexnet_2012_towers, 0.724", // Caffe's bvlc_alexnet
        "plain34, 3.644", // the paper: 3.6
        "resnet50_v1, 3.858", // the paper: 3.8, 7.6, 11.3
        "resnet101_v1, 7.570",
        "resnet152_v1, 11.282",
        "drn_a_50, 19.079", // torchvision's, counted layer by layer
        "bn_inception, 2.033",
        "vgg11, 7.609",
        "vgg13, 11.308",
        "vgg16, 15.470",
        "vgg19, 19.632",
        "vgg11_bn, 7.609",
        "vgg16_bn, 15.470",
        "googlenet, 1.498",
        "resnet18, 1.814",
        "resnet34, 3.664",
        "resnet50, 4.089",
        "resnet101, 7.801",
        "resnet152, 11.514",
        "wide_resnet50_2, 11.398",
        "wide_resnet101_2, 22.753",
        "densenet121, 2.834",
        "densenet161, 7.728",
        "densenet169, 3.360",
        "densenet201, 4.291",
        "squeezenet1_0, 0.819",
        "squeezenet1_1, 0.349",
        "resnext50_32x4d, 4.23",
        "resnext101_32x8d, 16.414",
        "resnext101_64x4d, 15.46",
        "mobilenet_v2, 0.301",
        "mnasnet0_5, 0.104",
        "mnasnet0_75, 0.215",
        "mnasnet1_0, 0.314",
        "mnasnet1_3, 0.526",
        "shufflenet_v2_x0_5, 0.04",
        "shufflenet_v2_x1_0, 0.145",
        "shufflenet_v2_x1_5, 0.296",
        "shufflenet_v2_x2_0, 0.583",
        "inception_v3, 5.713",
        "efficientnet_b0, 0.386",
        "efficientnet_b1, 0.687",
        "efficientnet_b2, 1.088",
        "efficientnet_b3, 1.827",
        "efficientnet_b4, 4.394",
        "efficientnet_b5, 10.266",
        "efficientnet_b6, 19.068",
        "efficientnet_b7, 37.746",
    })
    void countsMultiplyAdds(String name, double billions) {
        double counted = standard(name).multiplyAddsWithoutAuxiliary() / 1e9;
        // Three decimals are documented, which is less than a hundredth for the smallest.
        assertThat(counted).isCloseTo(billions, within(Math.max(0.01 * billions, 0.0005)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void takesOtherClassesChannelsAndSides(String name) {
        Entry entry = Catalogue.find(name);
        Image other = new Image(
                entry.input().channels() + 1,
                entry.input().height() + 32,
                entry.input().width() + 64);
        Network network = entry.build(NetworkArguments.defaults().withClasses(7).withInput(other));
        assertThat(network.name()).isEqualTo(name);
        assertThat(network.classes()).isEqualTo(7);
        assertThat(network.input()).isEqualTo(other);
        assertThat(network.parameters()).extracting(Tensor::name).isEqualTo(names(standard(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void dropoutLeavesWithoutATrace(String name) {
        Network without = Catalogue.build(name, NetworkArguments.defaults().withoutDropout());
        assertThat(without.nodes()).noneMatch(node -> node.operation().isIdentityInInference());
        assertThat(without.tensors()).isEqualTo(standard(name).tensors());
    }

    @ParameterizedTest
    @MethodSource("names")
    void leastSideIsExact(String name) {
        Entry entry = Catalogue.find(name);
        int least = entry.leastSide();
        assertThat(least).isBetween(1, entry.input().height());
        entry.build(
                NetworkArguments.defaults().withInput(new Image(entry.input().channels(), least, least)));
        if (least > 1) {
            NetworkArguments tooSmall = NetworkArguments.defaults()
                    .withInput(new Image(entry.input().channels(), least - 1, least - 1));
            assertThatThrownBy(() -> entry.build(tooSmall))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("the least side is " + least);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vgg16, 32, false",
        "resnet18, 1, false",
        "googlenet, 15, false",
        "lenet5, 12, true",
        "mnist_cnn, 2, true",
        "all_cnn_c, 1, false"
    })
    void saysWhichSidesItTakes(String name, int least, boolean sized) {
        assertThat(Catalogue.find(name).leastSide()).isEqualTo(least);
        assertThat(Catalogue.find(name).parametersDependOnSide()).isEqualTo(sized);
    }

    @Test
    void normalizationHasTorchvisionsConstants() {
        assertThat(norms("googlenet")).containsOnly(new BatchNorm(1e-3, 0.1));
        assertThat(norms("resnet50")).containsOnly(new BatchNorm(1e-5, 0.1));
        assertThat(norms("mnasnet1_0")).containsOnly(new BatchNorm(1e-5, 1 - 0.9997));
        assertThat(norms("inception_v3")).containsOnly(new BatchNorm(1e-3, 0.1));
        assertThat(norms("efficientnet_b4")).containsOnly(BatchNorm.standard());
        assertThat(norms("efficientnet_b5")).containsOnly(new BatchNorm(1e-3, 0.01));
        assertThat(norms("vgg16_bn")).containsOnly(new BatchNorm(1e-5, 0.1)).hasSize(13);
    }

    /** Table 1 of the paper: what its layers read. */
    @Test
    void inceptionV2HasThePapersShapes() {
        Network network = standard("inception_v2");
        Map<String, Shape> shapes = network.shapes();
        Map<String, String> expected = Map.of(
                "Conv2d_1a_3x3.relu", "32x149x149",
                "Conv2d_2a_3x3.relu", "32x147x147",
                "maxpool1", "64x73x73",
                "Conv2d_3b_3x3.relu", "80x71x71",
                "Conv2d_4a_3x3.relu", "192x35x35",
                "Conv2d_5a_3x3.relu", "288x35x35",
                "Mixed_6a.concat", "768x17x17",
                "Mixed_7a.concat", "1280x8x8",
                "Mixed_7c.concat", "2048x8x8");
        expected.forEach((node, shape) -> assertThat(shapes.get(node)).as(node).hasToString(shape));
    }

    /** Figures 3, 9 and 15 of the paper. */
    @Test
    void inceptionV4AndInceptionResNetHaveThePapersShapes() {
        Map<String, Shape> pure = standard("inception_v4").shapes();
        assertThat(pure.get("features.5.concat")).hasToString("384x35x35");
        assertThat(pure.get("features.10.concat")).hasToString("1024x17x17");
        assertThat(pure.get("features.18.concat")).hasToString("1536x8x8");
        Map<String, Shape> first = standard("inception_resnet_v1").shapes();
        assertThat(first.get("conv2d_4b.relu")).hasToString("256x35x35");
        assertThat(first.get("mixed_6a.concat")).hasToString("896x17x17");
        assertThat(first.get("mixed_7a.concat")).hasToString("1792x8x8");
        Map<String, Shape> residual = standard("inception_resnet_v2").shapes();
        assertThat(residual.get("mixed_5b.concat")).hasToString("320x35x35");
        assertThat(residual.get("mixed_6a.concat")).hasToString("1088x17x17");
        assertThat(residual.get("mixed_7a.concat")).hasToString("2080x8x8");
    }

    /** Figure 5 of the paper of batch normalization; the sums of 4c, 4d and 4e are those of its columns. */
    @Test
    void bnInceptionHasThePapersShapes() {
        Map<String, Shape> shapes = standard("bn_inception").shapes();
        Map<String, String> expected = Map.of(
                "inception_3a.concat", "256x28x28",
                "inception_3b.concat", "320x28x28",
                "inception_3c.concat", "576x14x14",
                "inception_4a.concat", "576x14x14",
                "inception_4d.concat", "608x14x14",
                "inception_4e.concat", "1056x7x7",
                "inception_5b.concat", "1024x7x7");
        expected.forEach((node, shape) -> assertThat(shapes.get(node)).as(node).hasToString(shape));
    }

    /** Section 2 of the paper: the output is 28 x 28, and the last stage's kernels reach as far as with stride. */
    @Test
    void theDilatedNetworkKeepsItsPlanes() {
        Network dilated = standard("drn_a_50");
        assertThat(dilated.shapes().get("layer4.2.relu")).hasToString("2048x28x28");
        assertThat(dilations(dilated))
                .containsExactlyElementsOf(List.of(1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 4, 4));
        assertThat(names(dilated)).isEqualTo(names(standard("resnet50")));
    }

    private static List<Integer> dilations(Network network) {
        return network.nodes().stream()
                .map(Node::operation)
                .filter(Convolution.class::isInstance)
                .map(Convolution.class::cast)
                .filter(convolution -> convolution.kernelHeight() == 3)
                .map(Convolution::dilationHeight)
                .toList();
    }

    @Test
    void theAverageIsOverSixBySixWhereTheTableSaysSo() {
        assertThat(standard("all_cnn_c_6x6").inputShapes(node("all_cnn_c_6x6", "avgpool")))
                .hasToString("[10x6x6]");
        assertThat(standard("all_cnn_c").inputShapes(node("all_cnn_c", "avgpool")))
                .hasToString("[10x8x8]");
    }

    private static Node node(String network, String name) {
        return standard(network).nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Where dropout stands is what tells these two from others with the same tensors. */
    @Test
    void dropoutStandsWhereThePapersHaveIt() {
        assertThat(readsOf("nin_dropout", "features.6")).isEqualTo("dropout.1");
        assertThat(readsOf("nin_dropout", "dropout.1")).isEqualTo("features.5");
        assertThat(readsOf("nin", "features.6")).isEqualTo("features.5");
        assertThat(readsOf("alexnet_2012_towers", "classifier.1")).isEqualTo("flatten");
        assertThat(readsOf("alexnet_2012_towers", "classifier.4")).isEqualTo("classifier.3");
        assertThat(readsOf("alexnet_2012_towers", "classifier.6")).isEqualTo("classifier.dropout");
    }

    private static String readsOf(String network, String name) {
        return node(network, name).inputs().get(0);
    }

    /** As in torchvision: rising from 0 by even steps, only where a shortcut is. */
    @Test
    void stochasticDepthRisesWithTheDepth() {
        List<StochasticDepth> drops = standard("efficientnet_b0").nodes().stream()
                .map(Node::operation)
                .filter(StochasticDepth.class::isInstance)
                .map(StochasticDepth.class::cast)
                .toList();
        assertThat(drops).hasSize(9).first().isEqualTo(new StochasticDepth(0.2 * 2 / 16));
        assertThat(drops).last().isEqualTo(new StochasticDepth(0.2 * 14 / 16));
    }

    /** Appendix B of the paper. */
    @Test
    void allCnnForImageNetHasThePapersSides() {
        Map<String, Shape> shapes = standard("all_cnn_imagenet").shapes();
        assertThat(List.of("features.0", "features.4", "features.10", "features.16", "features.22"))
                .extracting(node -> String.valueOf(shapes.get(node)))
                .containsExactly("96x55x55", "96x27x27", "256x13x13", "384x6x6", "1000x6x6");
    }

    /** Millions of parameters and billions of multiply-adds of tables 2 to 4 of the paper, there for graphs of its own seeds. */
    @ParameterizedTest
    @CsvSource({
        "randwire_ws, 5.6, 0.583",
        "randwire_er, 5.6, 0.583",
        "randwire_ba, 5.6, 0.583",
        "randwire_ws_regular, 31.9, 4.0",
        "randwire_er_regular, 31.9, 4.0",
        "randwire_ba_regular, 31.9, 4.0"
    })
    void randomlyWiredNetworksCostWhatThePaperSays(String name, double millions, double billions) {
        Network network = standard(name);
        assertThat(network.parameterCount() / 1e6).isCloseTo(millions, within(0.03 * millions));
        assertThat(network.multiplyAdds() / 1e9).isCloseTo(billions, within(0.03 * billions));
    }

    private static Network wired(String name, long seed, Optional<Integer> nodes, Optional<Integer> channels) {
        return Catalogue.build(
                name,
                NetworkArguments.defaults()
                        .withVariant(new Variant(Optional.of(new Wires(seed, nodes, channels)), false, true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"randwire_ws", "randwire_er", "randwire_ba", "randwire_er_regular"})
    void graphsAreOfAnySeedAndSize(String name) {
        Network listed = Catalogue.build(name, NetworkArguments.defaults());
        assertThat(wired(name, 1, Optional.empty(), Optional.empty())).isEqualTo(listed);
        assertThat(wired(name, 2, Optional.empty(), Optional.empty()).fingerprint())
                .isNotEqualTo(listed.fingerprint());
        for (int nodes : new int[] {12, 13, 20}) {
            Network small = wired(name, 7, Optional.of(nodes), Optional.of(4));
            assertThat(small.nodes().stream().filter(node -> node.name().matches("conv3\\.node[0-9]+\\.bn")))
                    .hasSize(nodes);
            assertThat(small.shapes().get("conv3.node0.bn"))
                    .hasToString(name.endsWith("regular") ? "8x28x28" : "4x28x28");
        }
    }

    @Test
    void graphsOfNoUseAreRefused() {
        for (int nodes : new int[] {-1, 0, 11, 257, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> new Wires(1, Optional.of(nodes), Optional.empty()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("nodes = " + nodes + " is not in [12, 256]: the paper has 32");
        }
        for (int channels : new int[] {-1, 1, 1025, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> new Wires(1, Optional.empty(), Optional.of(channels)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("channels = " + channels);
        }
        assertThatThrownBy(() -> wired("resnet18", 1, Optional.empty(), Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("are given for resnet18, which has no random graph");
        assertThatThrownBy(() -> wired("randwire_ba_regular", 1, Optional.of(256), Optional.of(1024)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("parameters, more than 2,147,483,647");
    }

    private static List<Operation> norms(String name) {
        return standard(name).nodes().stream()
                .map(Node::operation)
                .filter(BatchNorm.class::isInstance)
                .toList();
    }

    /** What can be checked of the names without the reference file. */
    @Test
    void namesAreTorchvisions() {
        assertThat(names(standard("resnet18")))
                .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight")
                .contains("layer2.0.downsample.0.weight", "layer2.0.downsample.1.bias", "layer4.1.bn2.bias")
                .endsWith("fc.weight", "fc.bias");
        assertThat(names(standard("vgg16")))
                .startsWith("features.0.weight", "features.0.bias", "features.2.weight", "features.2.bias")
                .contains("features.28.weight")
                .endsWith("classifier.3.bias", "classifier.6.weight", "classifier.6.bias");
        assertThat(names(standard("vgg11_lrn"))).isEqualTo(names(standard("vgg11")));
        assertThat(names(standard("googlenet")))
                .startsWith("conv1.conv.weight", "conv1.bn.weight", "conv1.bn.bias", "conv2.conv.weight")
                .contains("inception4d.branch3.1.bn.weight", "inception5b.branch4.1.conv.weight")
                .endsWith(
                        "aux2.conv.bn.bias",
                        "aux2.fc1.weight",
                        "aux2.fc1.bias",
                        "aux2.fc2.weight",
                        "aux2.fc2.bias",
                        "fc.weight",
                        "fc.bias");
        assertThat(names(standard("all_cnn_c")))
                .startsWith("features.0.weight", "features.0.bias", "features.2.weight")
                .endsWith("features.16.weight", "features.16.bias")
                .hasSize(18);
        assertThat(names(standard("resnet20_cifar"))).hasSize(1 + 2 + 9 * 6 + 2).contains("layer3.2.conv2.weight");
    }

    /** Names, shapes, order and counts of PyTorch's {@code state_dict}, from a file of figures that torchvision gave. */
    @Test
    void stateDictIsTorchvisions() throws IOException {
        Path file = reference();
        assumeThat(file)
                .as("reference figures of torchvision; name another file with -Dparity.reference=FILE")
                .isRegularFile();
        List<String> checked = new ArrayList<>();
        for (JsonNode model : new ObjectMapper().readTree(file.toFile())) {
            String name = model.get("model").asText();
            if (!names().contains(name)) {
                continue;
            }
            Network network = standard(name);
            Map<String, String> expected = new LinkedHashMap<>();
            model.get("tensors")
                    .fields()
                    .forEachRemaining(field ->
                            expected.put(field.getKey(), field.getValue().toString()));
            Map<String, String> actual = new LinkedHashMap<>();
            network.tensors()
                    .forEach(tensor ->
                            actual.put(tensor.name(), tensor.shape().toString().replace(" ", "")));
            assertThat(actual.entrySet()).as(name).containsExactlyElementsOf(expected.entrySet());
            assertThat(network.parameterCount())
                    .as(name)
                    .isEqualTo(model.get("parameters").asInt());
            assertThat(network.parameterCountWithoutAuxiliary())
                    .as(name)
                    .isEqualTo(model.get("parametersWithoutAux").asInt());
            checked.add(name);
        }
        assertThat(checked).contains("vgg11", "vgg16_bn", "vgg19", "resnet18", "resnet34", "resnet50", "googlenet");
    }

    private static Path reference() {
        String given = System.getProperty("parity.reference", "");
        return Stream.of(given)
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .findFirst()
                .orElse(Path.of(System.getProperty("convoy.root", ".."), "../shared/parity/torchvision.json"));
    }

    private static List<String> names(Network network) {
        return network.parameters().stream().map(Tensor::name).toList();
    }

    @Test
    void entriesSayWhereTheyComeFrom() {
        assertThat(Catalogue.all())
                .allSatisfy(entry -> assertThat(entry.paper()).isNotBlank())
                .allSatisfy(entry -> assertThat(entry.family()).isNotBlank());
        assertThat(names()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "resnet-20-cifar, resnet20_cifar",
        "allcnn_c, all_cnn_c",
        "ALL_CNN_C, all_cnn_c",
        "vgg-16, vgg16",
        "google_net, googlenet",
        "LeNet-5, lenet5"
    })
    void unknownNameGetsSuggestions(String typed, String meant) {
        assertThatThrownBy(() -> Catalogue.find(typed))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network = " + typed + " is not in the catalogue")
                .hasMessageContaining("did you mean " + meant);
    }

    @Test
    void nonsenseGetsNoSuggestion() {
        assertThatThrownBy(() -> Catalogue.find("banana"))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("did you mean");
    }

    @Test
    void refusesNoClasses() {
        NetworkArguments defaults = NetworkArguments.defaults();
        assertThatThrownBy(() -> defaults.withClasses(0))
                .isInstanceOf(BadInputException.class)
                .hasMessage("classes = 0, must be at least 1");
    }
}
