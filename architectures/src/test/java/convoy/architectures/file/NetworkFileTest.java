package convoy.architectures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Distribution;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class NetworkFileTest {
    /** The residual network of 20 layers, as somebody writes it who has the guide. */
    private static final String RESIDUAL = """
            name: resnet_of_mine
            paper: He et al. 2015, section 4.2
            input: 3x32x32
            classes: 10
            parameters:
              depth: {default: 3, min: 1, max: 18, type: whole}
              width: 16
              act: {default: relu, one-of: [relu, silu]}
            blocks:
              basic:
                arguments: {channels: , stride: 1, before: =channels}
                layers:
                  - kind: add
                    branches:
                      - - {name: conv1, kind: convolution, out: =channels, kernel: 3, stride: =stride, padding: 1, bias: false}
                        - {name: bn1, kind: batch-norm}
                        - =act
                        - {name: conv2, kind: convolution, out: =channels, kernel: 3, padding: 1, bias: false}
                        - {name: bn2, kind: batch-norm}
                      - layers:
                          - {name: downsample.0, kind: convolution, out: =channels, kernel: 1, stride: =stride, bias: false}
                          - {name: downsample.1, kind: batch-norm}
                        when: =stride != 1 or before != channels
                  - {name: last, kind: =act}
            layers:
              - {name: conv1, kind: convolution, out: =width, kernel: 3, padding: 1, bias: false}
              - {name: bn1, kind: batch-norm}
              - relu
              - repeat: 3
                as: stage
                layers:
                  - repeat: =depth
                    name: "layer{stage + 1}.{i}"
                    block: basic
                    channels: =width * pow(2, stage)
                    before: =if(i > 0, width * pow(2, stage), width * pow(2, max(stage - 1, 0)))
                    stride: =if(stage > 0 and i == 0, 2, 1)
              - adaptive-average-pool
              - flatten
              - {name: fc, kind: dense, out: =classes}
            initialization: residual
            """;

    private static NetworkFile read(String text) {
        return NetworkFile.read("my.yaml", text, new TreeMap<>());
    }

    private static Network build(String text, Map<String, String> parameters) {
        return NetworkFile.read("my.yaml", text, new TreeMap<>(parameters)).build(NetworkArguments.defaults());
    }

    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNetworkOfTheCatalogueComesBackFromAFile(String name) {
        Entry entry = Catalogue.find(name);
        Network network = entry.build(NetworkArguments.defaults());
        String text = WrittenNetwork.of(network, Optional.of(entry.paper()));
        NetworkFile file = read(text);
        Network back = file.build(NetworkArguments.defaults());
        assertThat(back.fingerprint()).isEqualTo(network.fingerprint());
        assertThat(back).isEqualTo(withExceptionsThatNameSomething(network));
        assertThat(file.paper()).contains(entry.paper());
        if (network.nodes().size() < 100) {
            NetworkArguments seven = NetworkArguments.defaults().withClasses(7);
            assertThat(file.build(seven).fingerprint())
                    .isEqualTo(entry.build(seven).fingerprint());
        }
    }

    /** A family may say how a tensor begins that some of its networks lack. */
    private static Network withExceptionsThatNameSomething(Network network) {
        Map<String, Distribution> named = new HashMap<>(network.initialization().exceptions());
        named.keySet().retainAll(network.tensors().stream().map(Tensor::name).toList());
        Initialization begun = network.initialization();
        return new Network(
                network.name(),
                network.input(),
                network.nodes(),
                network.heads(),
                new Initialization(begun.convolution(), begun.dense(), begun.bias(), named));
    }

    @Test
    void blocksLoopsAndParametersMakeAResidualNetwork() {
        Network network = build(RESIDUAL, Map.of());
        // He et al. 2015, table 6: 0.27 million; with projections instead of padded shortcuts a few more.
        assertThat(network.parameterCount()).isEqualTo(272_474);
        assertThat(network.tensors().stream().map(Tensor::name))
                .startsWith("conv1.weight", "bn1.weight")
                .containsSubsequence(
                        "layer1.2.bn2.running_var",
                        "layer2.0.conv1.weight",
                        "layer2.0.bn2.running_var",
                        "layer2.0.downsample.0.weight",
                        "layer2.0.downsample.1.weight",
                        "layer2.1.conv1.weight",
                        "layer3.2.bn2.weight",
                        "fc.weight",
                        "fc.bias");
        assertThat(build(RESIDUAL, Map.of("depth", "18")).nodes().stream()
                        .filter(node -> node.name().endsWith("conv1")))
                .hasSize(1 + 54);
        assertThat(build(RESIDUAL, Map.of("act", "silu")).nodes().stream()
                        .filter(node -> node.operation().label().equals("SiLU")))
                .hasSize(18);
    }

    @Test
    void followsTheDatasImagesAndClasses() {
        Network network =
                read(RESIDUAL).build(NetworkArguments.defaults().withClasses(7).withInput(new Image(1, 28, 28)));
        assertThat(network.classes()).isEqualTo(7);
        assertThat(network.input()).isEqualTo(new Image(1, 28, 28));
    }

    @Test
    void branchesJoinAndAHeadHelps() {
        Network network = build("""
                name: two_heads
                input: 3x16x16
                classes: 4
                parameters: {aux: true}
                layers:
                  - {name: stem, kind: convolution, out: 8, kernel: [3, 1], padding: [1, 0]}
                  - name: mixed
                    kind: concat
                    branches:
                      - {name: left, kind: convolution, out: 4, kernel: 1}
                      - [{name: right.0, kind: convolution, out: 4, kernel: 3, padding: 1}, relu]
                      - - {name: pool, kind: average-pool, kernel: 3, stride: 1, padding: 1}
                      - []
                  - {name: aux, when: =aux, from: mixed, layers: [adaptive-average-pool, flatten, {name: fc, kind: dense, out: =classes}]}
                  - {name: gap, kind: adaptive-average-pool, from: mixed}
                  - {kind: flatten}
                  - {kind: dropout, probability: 0.5}
                  - {name: fc, kind: dense, out: =classes}
                heads:
                  - {name: main, from: fc}
                  - {name: helping, from: aux, weight: 0.3, when: =aux}
                """, Map.of());
        assertThat(network.shapes()).containsEntry("mixed", new Image(24, 16, 16));
        assertThat(network.heads()).hasSize(2);
        assertThat(network.heads().get(1).output()).isEqualTo("aux.fc");
        assertThat(network.nodes().stream().map(Node::name)).contains("aux.flatten", "flatten", "relu");
        assertThat(network.inference().heads()).hasSize(1);
    }

    @Test
    void dropoutAndAuxiliaryHeadsAreLeftOutWhereAsked() {
        NetworkFile file =
                read(WrittenNetwork.of(Catalogue.build("googlenet", NetworkArguments.defaults()), Optional.empty()));
        assertThat(file.build(NetworkArguments.defaults().withoutDropout().withoutAuxiliary())
                        .fingerprint())
                .isEqualTo(Catalogue.build(
                                "googlenet",
                                NetworkArguments.defaults().withoutDropout().withoutAuxiliary())
                        .fingerprint());
    }

    @Test
    void initialValuesAreSaidByNameAndPattern() {
        Network network = build("""
                name: begun
                input: 1x8x8
                classes: 2
                layers:
                  - {name: a.conv, kind: convolution, out: 2, kernel: 1}
                  - {name: b.conv, kind: convolution, out: 2, kernel: 1}
                  - adaptive-average-pool
                  - flatten
                  - {name: fc, kind: dense, out: =classes}
                initialization:
                  convolution: {kind: normal, deviation: 0.01}
                  exceptions:
                    "?.conv.bias": {kind: constant, value: 0.5}
                    fc.weight: {kind: constant, value: 1}
                """, Map.of());
        float[] flat = network.initialize(1);
        assertThat(flat[2]).isEqualTo(0.5f);
        assertThat(flat[9]).isEqualTo(0.5f);
        assertThat(flat[10]).isEqualTo(1f);
    }

    private static String with(String layers) {
        return "name: bad\ninput: 3x32x32\nclasses: 10\nlayers:\n" + layers;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            - {name: a, kind: relu, from: conw1} | my.yaml:5: a reads conw1, which is no layer here
            - {name: a, kind: relu, from: b}\\n- {name: b, kind: relu} | my.yaml:5: a reads b, which stands after it
            - {name: a, kind: relu, from: a} | my.yaml:5: a reads a, which stands after it
            - {name: a, kind: dense, out: 4} | my.yaml:5: layer a: a dense layer gets an image of 3x32x32
            - {name: a, kind: convolution, out: 4, kernel: 40} | my.yaml:5: layer a: a convolution of 40x40 gets 3x32x32, which is smaller than its kernel
            - {name: a, kind: convolution, kernel: 3} | my.yaml:5: a.out is missing
            - {name: a, kind: convolution, out: 4, kernal: 3} | a.kernal is no key here
            - {name: a, kind: convolution, out: =1 / 0, kernel: 3} | out: the result is no finite number
            - {name: a, kind: convolution, out: =2.5, kernel: 3} | a.out = 2.5 is not a whole number
            - {name: a, kind: convolution, out: =widht, kernel: 3} | out: nothing is called widht
            - {name: a, kind: convolution, out: =(2, kernel: 3} | ')' is missing
            - {name: a, kind: convolutoin, out: 4, kernel: 3} | kind = convolutoin is no kind of layer; did you mean convolution?
            - {name: a, block: basic} | block = basic is none of this file's
            - {name: a, kind: relu}\\n- {name: a, kind: relu} | my.yaml:6: two layers are called a; line 5 has it already
            - {kind: relu, repeat: 1000000000} | repeat = 1000000000, must be between 0 and 10000 times
            - {repeat: 9999, layers: [{repeat: 9999, layers: [{repeat: 9999, layers: [relu]}]}]} | the network has more than 20000 layers
            - {repeat: 9999, layers: [{repeat: 9999, layers: [{when: false, kind: relu}]}]} | come to more than 400000 layers
            - {repeat: =-1, kind: relu} | repeat = -1, must be between 0
            - {name: a, kind: relu}\\n- {name: b, kind: relu, from: input} | head main reads b, which is an image of 3x32x32
            - {kind: flatten}\\n- {name: a, kind: dense, out: 9} | head main reads a, which has 9 outputs where there are 10 classes
            - {name: a, kind: relu}\\n- {kind: flatten, from: input}\\n- {kind: dense, out: 10} | my.yaml:5: no head needs layer a
            - {name: 'a b', kind: relu} | name = 'a b' is no name
            - {name: input, kind: relu} | two layers are called input, which is what the network reads
            - [relu] | a layer is a list, but must be a kind
            - {name: a, layers: [relu], channels: 3} | channels is no key here
            - {name: a, kind: add, branches: [[relu], [{kind: convolution, out: 4, kernel: 1}]]} | an addition gets 3x32x32 and 4x32x32
            - {name: a, kind: add, branches: 3} | branches is text, but must be a list
            - {name: a} | a layer has neither kind, nor block, nor layers
            """)
    void whatCannotBeIsToldWithItsLine(String layers, String message) {
        String lines = layers.replace("\\n", "\n");
        assertThatThrownBy(() -> build(with(lines), Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void allProblemsComeAtOnce() {
        assertThatThrownBy(() -> build(with("""
                        - {name: a, kind: convolution, out: 4, kernel: 40}
                        - {name: b, kind: convolution, out: 0, kernel: 1, from: input}
                        - {name: c, kind: rleu, from: input}
                        - {name: d, kind: relu, from: e}
                        - {name: f, kind: flatten, from: input}
                        - {name: g, kind: dense, out: 10}
                        """), Map.of()))
                .satisfies(refused ->
                        assertThat(String.valueOf(refused.getMessage()).lines()).hasSize(4))
                .hasMessageContaining("my.yaml:5: layer a: ")
                .hasMessageContaining("my.yaml:6: b: convolution: out = 0")
                .hasMessageContaining("my.yaml:7: kind = rleu is no kind of layer; did you mean relu?")
                .hasMessageContaining("my.yaml:8: d reads e");
    }

    @Test
    void aBlockThatHasItselfInItIsRefused() {
        String blocks = """
                blocks:
                  one: {arguments: {}, layers: [{name: x, block: two}]}
                  two: {arguments: {}, layers: [relu, {name: y, block: one}]}
                """;
        assertThatThrownBy(() -> build(with("- {name: a, block: one}\n") + blocks, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("block one has itself in it: one > two > one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            depth | 19 | parameters.depth = 19, must be at most 18
            depth | 0 | parameters.depth = 0, must be at least 1
            depth | 1.5 | parameters.depth = 1.5 is not a whole number
            depth | x y | parameters.depth = x y is not a whole number
            act | gelu | parameters.act = gelu is not one of relu, silu
            widht | 8 | widht is no parameter of this file; did you mean width?
            """)
    void aParameterThatCannotBeIsRefused(String name, String value, String message) {
        assertThatThrownBy(() -> build(RESIDUAL, Map.of(name, value)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            format: 2 | format = 2, this version reads format 1
            lyers: [] | lyers is no key here; did you mean layers?
            heads: [{name: main, from: q}] | head main reads q, which is no layer
            heads: [{name: a}] | 0 of the heads are not auxiliary
            initialization: hee | initialization = hee is not one of
            initialization: {convolution: {kind: normall, deviation: 1}} | initialization.convolution
            initialization: {exceptions: {q.weight: {kind: constant, value: 0}}} | initialization.exceptions has q.weight
            parameters: {classes: 3} | parameters.classes cannot be a parameter's name
            parameters: {a: {default: 3, max: 2}} | parameters.a = 3, must be at most 2
            """)
    void theRestOfAFileIsCheckedToo(String line, String message) {
        String sound = with("- flatten\n- {name: fc, kind: dense, out: =classes}\n") + line + "\n";
        assertThatThrownBy(() -> build(sound, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }
}
