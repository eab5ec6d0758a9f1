package convoy.architectures.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.WrittenNetwork;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Problems;
import convoy.records.yaml.YamlText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EditsTest {
    private static final Codec<List<Edit>> CODEC = Codec.listOf(Edit.class);

    private static Network build(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    private static List<Edit> edits(String yaml) {
        Problems problems = new Problems();
        return CODEC.readWritten(YamlText.readFile("run.yaml", yaml, problems), problems);
    }

    private static Network edited(Network network, String yaml) {
        return Edits.apply(network, network.name() + "-edited", edits(yaml), Map.of());
    }

    private static Node node(Network network, String name) {
        return network.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Every tensor's initial values. */
    private static Map<String, float[]> values(Network network) {
        float[] flat = network.initialize(7);
        Map<String, float[]> values = new HashMap<>();
        List<Tensor> tensors = new ArrayList<>(network.parameters());
        tensors.addAll(network.statistics());
        int begin = 0;
        for (Tensor tensor : tensors) {
            values.put(tensor.name(), Arrays.copyOfRange(flat, begin, begin + tensor.size()));
            begin += tensor.size();
        }
        return values;
    }

    /** Those tensors whose initial values are others, or that are gone. */
    private static List<String> touched(Network before, Network after) {
        Map<String, float[]> now = values(after);
        return values(before).entrySet().stream()
                .filter(was -> !Arrays.equals(was.getValue(), now.get(was.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static double variance(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum / values.length;
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The second convolution of the last stage reads and makes 64 channels, 3 x 3. */
    @ParameterizedTest
    @CsvSource({
        "'weights: he-normal', 576, 2, 3.4, 6",
        "'weights: he-normal, fan: out', 576, 2, 3.4, 6",
        "'weights: he-uniform', 576, 2, 1.72, 1.7321",
        "'weights: xavier-normal', 576, 1, 3.4, 6",
        "'weights: xavier-uniform', 576, 1, 1.72, 1.7321",
        // A normal distribution that is cut at two deviations has 0.7737 of the variance.
        "'weights: he-truncated', 576, 1.5474, 2.2, 2.2738",
        "'weights: xavier-truncated', 576, 0.7737, 2.2, 2.2738",
    })
    void initialValuesAreDrawnFromWhatIsAskedFor(
            String drawn, int fan, double gain, double leastReach, double mostReach) {
        Network before = build("resnet20_cifar");
        Network after = edited(before, "[{kind: initialize, at: layer3.1, " + drawn + "}]");
        float[] weights = values(after).getOrDefault("layer3.1.conv2.weight", new float[0]);
        double deviation = Math.sqrt(gain / fan);
        assertThat(variance(weights) / (deviation * deviation)).isBetween(0.97, 1.03);
        assertThat(largest(weights) / deviation).isBetween(leastReach, mostReach);
        assertThat(touched(before, after)).isSubsetOf("layer3.1.conv1.weight", "layer3.1.conv2.weight");
        assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
    }

    @Test
    void theFanIsThatOfTheLayer() {
        Network before = build("resnet20_cifar");
        String edit = "[{kind: initialize, at: conv1, weights: he-normal, fan: %s}]";
        double in =
                variance(values(edited(before, String.format(edit, "in"))).getOrDefault("conv1.weight", new float[0]));
        double out =
                variance(values(edited(before, String.format(edit, "out"))).getOrDefault("conv1.weight", new float[0]));
        assertThat(in / out).isBetween(0.999 * 16 / 3, 1.001 * 16 / 3);
    }

    @Test
    void biasesBeginWhereTheyAreAskedTo() {
        Network before = build("resnet20_cifar");
        Network after = edited(before, "[{kind: initialize, at: \"*\", bias: -2.5}]");
        assertThat(values(after).getOrDefault("fc.bias", new float[0]))
                .hasSize(10)
                .containsOnly(-2.5f);
        assertThat(touched(before, after)).containsExactly("fc.bias");
        // A later edit counts, and what a further one takes out is forgotten.
        assertThat(touched(
                        before,
                        edited(
                                before,
                                "[{kind: initialize, at: fc, bias: 1}, {kind: initialize, at: fc, bias: 2},"
                                        + " {kind: set, at: fc, arguments: {bias: false}}]")))
                .containsExactly("fc.bias");
    }

    @Test
    void batchNormsTakeOtherConstantsByPattern() {
        Network after = edited(
                build("resnet20_cifar"),
                "[{kind: set, at: layer3, of: batch-norm, arguments: {epsilon: 1e-3, momentum: 0.01}}]");
        assertThat(node(after, "layer3.0.bn1").operation()).isEqualTo(new BatchNorm(1e-3, 0.01));
        assertThat(node(after, "layer2.0.bn1").operation()).isEqualTo(BatchNorm.standard());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{kind: initialize, at: relu, weights: he-normal}] | network.edits.0.at = 'relu' names no convolution or dense layer",
                "[{kind: initialize, at: conv1, bias: 1}] | names no layer with a bias",
                "[{kind: initialize, at: conv1}] | weights is missing: give weights, or bias, or both",
                "[{kind: initialize, at: conv1, weights: xavier-normal, fan: in}] | fan = in, and the weights are none of he-normal",
                "[{kind: initialize, at: conv1, weights: he}] | he-normal",
                "[{kind: initialize, at: none, weights: he-normal}] | names no layer of resnet20_cifar",
                "[{kind: initialize, at: fc, bias: .inf}] | bias",
            })
    void initialValuesThatCannotBeAreRefused(String yaml, String message) {
        assertThatThrownBy(() -> edited(build("resnet20_cifar"), yaml))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anEditOfOneLayerLeavesEveryOtherInitialTensorBitForBit() {
        Network before = build("googlenet");
        Network wider =
                edited(before, "[{kind: set, at: inception3a.branch2.1.conv, arguments: {kernel: 5, padding: 2}}]");
        Convolution changed =
                (Convolution) node(wider, "inception3a.branch2.1.conv").operation();
        assertThat(changed.kernelHeight()).isEqualTo(5);
        assertThat(touched(before, wider)).containsExactly("inception3a.branch2.1.conv.weight");
        assertThat(wider.shapes()).containsAllEntriesOf(before.shapes());
        assertThat(wider.fingerprint()).isNotEqualTo(before.fingerprint());
    }

    @Test
    void channelsFollowDownstream() {
        Network before = build("resnet20_cifar");
        Network wider = edited(before, "[{kind: set, at: layer1.0.conv1, arguments: {out: 24}}]");
        assertThat(touched(before, wider))
                .containsExactly(
                        "layer1.0.bn1.bias",
                        "layer1.0.bn1.running_mean",
                        "layer1.0.bn1.running_var",
                        "layer1.0.bn1.weight",
                        "layer1.0.conv1.weight",
                        "layer1.0.conv2.weight");
        Network mobile = build("mobilenet_v2");
        String expanded = mobile.nodes().stream()
                .filter(node -> node.operation() instanceof Convolution convolution && convolution.groups() > 1)
                .map(Node::name)
                .skip(1)
                .findFirst()
                .orElseThrow();
        String before1 = node(mobile, expanded).inputs().get(0);
        while (!(node(mobile, before1).operation() instanceof Convolution)) {
            before1 = node(mobile, before1).inputs().get(0);
        }
        Network slim = edited(mobile, "[{kind: set, at: " + before1 + ", arguments: {out: 60}}]");
        Convolution depthwise = (Convolution) node(slim, expanded).operation();
        assertThat(depthwise.groups()).isEqualTo(60);
        assertThat(depthwise.out()).isEqualTo(60);
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsPlace() {
        assertThatThrownBy(() ->
                        edited(build("resnet20_cifar"), "[{kind: set, at: layer1.0.conv2, arguments: {out: 24}}]"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("node layer1.0")
                .hasMessageContaining("an addition gets")
                .hasMessageNotContaining("\n");
    }

    @Test
    void operationsAreReplacedByPatternAndKind() {
        Network plain = build("all_cnn_c");
        Network silu = edited(plain, "[{kind: replace, at: '*', of: relu, with: silu}]");
        assertThat(silu.nodes().stream().filter(node -> node.operation().label().equals("ReLU")))
                .isEmpty();
        Network pooled =
                edited(build("vgg11"), "[{kind: set, at: 'features.*', of: max-pool, arguments: {of: average}}]");
        assertThat(pooled.nodes().stream()
                        .map(Node::operation)
                        .filter(Pooling.class::isInstance)
                        .map(Pooling.class::cast)
                        .map(Pooling::kind))
                .isNotEmpty()
                .containsOnly(Pooling.Kind.AVERAGE);
        Network dropped = edited(build("alexnet"), "[{kind: set, at: '*', arguments: {probability: 0.1}}]");
        assertThat(dropped.nodes().stream()
                        .filter(node -> node.operation().label().equals("dropout 0.1")))
                .hasSize(2);
    }

    @Test
    void layersArePutInAndLeftOut() {
        Network before = build("resnet20_cifar");
        int adds = (int) before.nodes().stream()
                .filter(node -> node.operation().label().equals("add"))
                .count();
        Network plain = edited(before, "[{kind: delete, at: '*', of: add}]");
        assertThat(plain.nodes()).noneMatch(node -> node.operation().label().equals("add"));
        assertThat(adds).isEqualTo(9);
        assertThat(plain.nodes().size()).isLessThanOrEqualTo(before.nodes().size() - adds);
        Network dropped = edited(
                before,
                "[{kind: insert, after: '*', of: add, layers: [{name: '{layer}.drop', kind: spatial-dropout, probability: 0.2}]}]");
        assertThat(dropped.nodes()).hasSize(before.nodes().size() + adds);
        assertThat(touched(before, dropped)).isEmpty();
        Network headed = edited(
                before,
                "[{kind: set, at: fc, arguments: {out: 64}}, {kind: append, layers: [relu, {name: top, kind: dense, out: =classes}]}]");
        assertThat(headed.mainHead().output()).isEqualTo("top");
        assertThat(headed.tensors().stream().map(Tensor::name)).endsWith("fc.bias", "top.weight", "top.bias");
    }

    @Test
    void aBlockIsSplicedInForAnother() {
        Network before = build("googlenet");
        Network spliced = edited(before, """
                - kind: splice
                  at: inception3a
                  layers:
                    - name: mixed
                      kind: concat
                      branches:
                        - [{name: mixed.a, kind: convolution, out: 128, kernel: 1}, relu]
                        - [{name: mixed.b, kind: convolution, out: 128, kernel: 3, padding: 1}, relu]
                """);
        assertThat(spliced.shapes().get("mixed")).isEqualTo(new Image(256, 28, 28));
        assertThat(spliced.nodes()).noneMatch(node -> node.name().startsWith("inception3a"));
        assertThat(touched(before, spliced)).allMatch(name -> name.startsWith("inception3a"));
    }

    @Test
    void headsAreWeighedByName() {
        Network before = build("googlenet");
        List<Head> heads = Edits.apply(before, "x", List.of(), Map.of("aux1", 0.1, "aux2", 0.0))
                .heads();
        assertThat(heads).hasSize(2);
        assertThat(heads.get(1).name()).isEqualTo("aux1");
        assertThat(heads.get(1).weight()).isEqualTo(0.1);
        Network without = Edits.apply(before, "googlenet", List.of(), Map.of("aux1", 0.0, "aux2", 0.0));
        assertThat(without.fingerprint())
                .isEqualTo(
                        Catalogue.build("googlenet", NetworkArguments.defaults().withoutAuxiliary())
                                .fingerprint());
        for (Map<String, Double> bad : List.of(Map.of("auxx", 0.1), Map.of("main", 0.0), Map.of("aux1", -1.0))) {
            assertThatThrownBy(() -> Edits.apply(before, "x", List.of(), bad))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(
                            "network.heads." + bad.keySet().iterator().next());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {kind: set, at: conw1, arguments: {out: 3}} | network.edits.0.at = 'conw1' names no layer of resnet20_cifar; did you mean conv1?
            {kind: set, at: bn1, arguments: {kernel: 3}} | names no layer that has kernel
            {kind: set, at: conv1, arguments: {out: 0}} | network.edits.0: conv1: convolution: out = 0
            {kind: set, at: conv1, arguments: {out: x}} | network.edits.0: conv1.out = x is not a whole number
            {kind: set, at: conv1, arguments: {}} | arguments is empty
            {kind: replace, at: conv1, with: convolutoin} | kind = convolutoin is no kind of layer; did you mean convolution?
            {kind: replace, at: fc, with: relu} | 64 logits where there are 10 classes
            {kind: delete, at: fc} | 64 logits where there are 10 classes
            {kind: insert, after: conv1, layers: [{name: bn1, kind: batch-norm}]} | two layers are called bn1
            {kind: insert, after: conv1, layers: [{name: x, kind: add, from: [conv1, layer3.2.conv1]}]} | node x reads layer3.2.conv1, which is no node before it
            {kind: insert, after: conv1, layers: []} | layers is empty
            {kind: append, layers: [{name: top, kind: dense, out: 9}]} | top has 9 logits where there are 10 classes
            {kind: append, head: aux, layers: [relu]} | network.edits.0.head = aux is no head of resnet20_cifar: it has main
            {kind: splice, at: 'layer1.?.conv1', layers: [relu]} | name layers that read one beside themselves
            {kind: sett, at: conv1} | sett is not one of set, replace, delete, insert, append, splice
            """)
    void anEditThatCannotBeIsRefused(String edit, String message) {
        assertThatThrownBy(() -> edited(build("resnet20_cifar"), "- " + edit))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anLpPoolingTakesThePlaceOfAnother() {
        Network after = edited(
                build("squeezenet1_1"),
                "[{kind: replace, at: \"*\", of: max-pool, with: {kind: lp-pool, kernel: 3, stride: 2, power: 3}}]");
        assertThat(after.nodes().stream()
                        .map(Node::operation)
                        .filter(Pooling.class::isInstance)
                        .distinct())
                .containsExactly(Pooling.lp(3, 3, 2));
        String text = WrittenNetwork.of(after, Optional.empty());
        assertThat(text).contains("kind: lp-pool, kernel: 3, stride: 2, power: 3.0}");
        assertThatThrownBy(() -> edited(
                        build("squeezenet1_1"),
                        "[{kind: replace, at: \"*\", of: max-pool, with: {kind: lp-pool, kernel: 2, power: 0.5}}]"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("pooling: power = 0.5, must lie in [1, 64]");
    }

    @Test
    void editsComeBackFromTheirText() {
        List<Edit> all = edits("""
                - {kind: set, at: a, of: convolution, arguments: {kernel: [3, 1], bias: false}}
                - {kind: replace, at: a, with: {kind: dropout, probability: 0.5}}
                - {kind: delete, at: a}
                - {kind: insert, after: a, layers: [relu, {kind: scale, factor: =1 / 2}]}
                - {kind: append, layers: [relu]}
                - {kind: splice, at: a, layers: [relu]}
                - {kind: initialize, at: a, weights: he-uniform, fan: out, bias: 0.5}
                """);
        assertThat(CODEC.fromJson("edits", CODEC.toJson(all))).isEqualTo(all);
        assertThat(all.stream().map(Object::getClass).distinct()).hasSameSizeAs(Edit.class.getPermittedSubclasses());
    }

    @Test
    void patternsNameLayersTheirGroupsAndStars() {
        assertThat(new LayerPattern("layer1").names("layer1.0.conv1")).isTrue();
        assertThat(new LayerPattern("layer1").names("layer10.0.conv1")).isFalse();
        assertThat(new LayerPattern("layer?.*.bn1").names("layer2.0.bn1")).isTrue();
        assertThat(new LayerPattern("*.conv").names("inception3a.branch1.conv")).isTrue();
        assertThat(new LayerPattern("*.conv").names("inception3a.branch1.bn")).isFalse();
        assertThat(new LayerPattern("a*").names("a")).isTrue();
        assertThat(new LayerPattern("").names("a")).isFalse();
        assertThat(new LayerPattern("*a".repeat(90)).names("a".repeat(180) + "b"))
                .isFalse();
    }
}
