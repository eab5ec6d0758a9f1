package convoy.architectures.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
    private static final Image INPUT = new Image(3, 8, 8);
    private static final Node CONVOLUTION = new Node("conv", Convolution.square(4, 3, 1, 0), List.of("input"));
    private static final Node RELU = new Node("relu", Activation.relu(), List.of("conv"));
    private static final Node POOL = new Node("pool", AdaptiveAveragePool.global(), List.of("relu"));
    private static final Node FLATTEN = new Node("flatten", new Flatten(), List.of("pool"));
    private static final Node DENSE = new Node("fc", new Dense(5, true), List.of("flatten"));
    private static final List<Node> SMALL = List.of(CONVOLUTION, RELU, POOL, FLATTEN, DENSE);

    @Test
    void knowsWhatFollowsFromItsGraph() {
        Network network = new Network("small", INPUT, SMALL, List.of(Head.main("fc")));
        assertThat(network.shapes().keySet()).containsExactly("input", "conv", "relu", "pool", "flatten", "fc");
        assertThat(network.shapes()).containsEntry("conv", new Image(4, 6, 6)).containsEntry("fc", new Vector(5));
        assertThat(network.parameters())
                .extracting(Tensor::name)
                .containsExactly("conv.weight", "conv.bias", "fc.weight", "fc.bias");
        assertThat(network.parameterCount()).isEqualTo(4 * 27 + 4 + 20 + 5);
        assertThat(network.multiplyAdds()).isEqualTo(36 * 4 * 27 + 20);
        assertThat(network.activations()).isEqualTo(4 * 36 + 5);
        assertThat(network.classes()).isEqualTo(5);
        assertThat(network.statistics()).isEmpty();
        assertThat(network.inference()).isSameAs(network);
        assertThat(network.inputShapes(DENSE)).containsExactly(new Vector(4));
    }

    @Test
    void isImmutable() {
        List<Node> nodes = new ArrayList<>(SMALL);
        Network network = new Network("small", INPUT, nodes, List.of(Head.main("fc")));
        nodes.clear();
        assertThat(network.nodes()).hasSize(5);
        assertThatThrownBy(() -> network.shapes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> network.tensors().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void fingerprintIsOfWhatIsComputedAlone() {
        Network network = new Network("small", INPUT, SMALL, List.of(Head.main("fc")));
        String fingerprint = network.fingerprint();
        // Literal, since checkpoints of earlier versions carry it.
        assertThat(fingerprint).isEqualTo("24cb4da4683bac8c7114f31002d1d3833d900f8f0911723a88c8b315bac61f03");
        assertThat(new Network("other", INPUT, SMALL, List.of(Head.main("fc")), Initialization.residual())
                        .fingerprint())
                .isEqualTo(fingerprint);
        assertThat(new Network("small", new Image(3, 8, 9), SMALL, List.of(Head.main("fc"))).fingerprint())
                .isNotEqualTo(fingerprint);
        assertThat(new Network("small", INPUT, SMALL, List.of(new Head("main", "fc", 0.5, false))).fingerprint())
                .isNotEqualTo(fingerprint);
        List<Node> wider =
                List.of(new Node("conv", Convolution.square(6, 3, 1, 0), List.of("input")), RELU, POOL, FLATTEN, DENSE);
        assertThat(new Network("small", INPUT, wider, List.of(Head.main("fc"))).fingerprint())
                .isNotEqualTo(fingerprint);
    }

    @Test
    void theLeastInputOfAnOblongKernelIsOblong() {
        List<Node> oblong = List.of(
                new Node("conv", Convolution.window(4, 3, 7), List.of("input")),
                new Node("flatten", new Flatten(), List.of("conv")));
        assertThatThrownBy(() -> new Network("oblong", new Image(1, 5, 5), oblong, List.of(Head.main("flatten"))))
                .hasMessageEndingWith("the input 1x5x5 is too small, the least input is 3x7");
    }

    @Test
    void doesNotBlameTheInputForWhatItsSizeCannotMend() {
        List<Node> nodes = List.of(CONVOLUTION, new Node("fc", new Dense(5, true), List.of("conv")));
        assertThatThrownBy(() -> new Network("wrong", INPUT, nodes, List.of(Head.main("fc"))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("network wrong: node fc: a dense layer gets an image of 4x6x6; put a flatten before it");
    }

    @Test
    void refusesGraphsThatAreNone() {
        assertRefused(List.of(RELU, CONVOLUTION), "relu", "node relu reads conv, which is no node before it");
        assertRefused(List.of(CONVOLUTION, CONVOLUTION), "conv", "two nodes are called conv");
        assertRefused(
                List.of(new Node("input", Activation.relu(), List.of("input"))), "input", "two nodes are called input");
        assertRefused(SMALL, "nowhere", "head main reads nowhere, which is no node");
        assertRefused(SMALL.subList(0, 2), "relu", "head main reads an image of 4x6x6 from relu");
        assertRefused(SMALL, "flatten", "no head needs node fc");
        assertThatThrownBy(() -> new Node(" ", Activation.relu(), List.of("input")))
                .hasMessageContaining("a node has a blank name");
        assertThatThrownBy(() -> new Network(" ", INPUT, SMALL, List.of(Head.main("fc"))))
                .hasMessageContaining("a network has a blank name");
    }

    @Test
    void refusesHeadsThatCannotBeTrainedTogether() {
        Node other = new Node("fc2", new Dense(6, true), List.of("flatten"));
        List<Node> nodes = List.of(CONVOLUTION, RELU, POOL, FLATTEN, DENSE, other);
        Head main = Head.main("fc");
        assertThatThrownBy(() -> new Network("n", INPUT, nodes, List.of(main, new Head("aux", "fc2", 0.3, true))))
                .hasMessage(
                        "network n: head aux has 6 logits where another has 5; all heads need one number of classes");
        assertThatThrownBy(() -> new Network("n", INPUT, SMALL, List.of()))
                .hasMessageContaining("has 0 heads that are not auxiliary");
        assertThatThrownBy(() -> new Network("n", INPUT, SMALL, List.of(main, new Head("b", "fc", 1, false))))
                .hasMessageContaining("has 2 heads that are not auxiliary");
        assertThatThrownBy(() -> new Network("n", INPUT, SMALL, List.of(main, new Head("main", "fc", 1, true))))
                .hasMessageContaining("two heads are called main");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesHeadWeightsThatTrainNothing(double weight) {
        assertThatThrownBy(() -> new Head("aux", "fc", weight, true))
                .isInstanceOf(BadInputException.class)
                .hasMessage("head aux: weight = " + weight + ", must be positive and finite");
    }

    private static void assertRefused(List<Node> nodes, String output, String message) {
        assertThatThrownBy(() -> new Network("wrong", INPUT, nodes, List.of(Head.main(output))))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("network wrong: ")
                .hasMessageContaining(message);
    }

    @Test
    void poolingBeyondTheLargestSideIsNotCalledTooSmall() {
        List<Node> nodes = List.of(
                new Node("pool", Pooling.max(2000, 1, 0), List.of("input")),
                new Node("flatten", new Flatten(), List.of("pool")));
        assertThatThrownBy(() -> new Network("huge", INPUT, nodes, List.of(Head.main("flatten"))))
                .hasMessage("network huge: node pool: a pooling of 2000x2000 gets 3x8x8, which is smaller than its"
                        + " window");
    }
}
