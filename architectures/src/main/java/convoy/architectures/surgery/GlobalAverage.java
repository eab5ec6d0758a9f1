package convoy.architectures.surgery;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The end of a network whose logits are a linear function of the means of feature maps: a global average, and at most one dense layer.
 * A class then has a map of its own (Zhou et al. 2015, "Learning Deep Features for Discriminative Localization", section 2).
 *
 * @param node whose maps are averaged
 * @param dense the layer behind the average; empty where the means themselves are the logits
 */
public record GlobalAverage(String node, Optional<String> dense) {
    /**
     * {@return such an end of the network, if it has one}
     *
     * @param network any
     */
    public static Optional<GlobalAverage> of(Network network) {
        Network bare = Surgery.withoutDropout(network.inference());
        Map<String, Node> nodes = bare.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        Optional<Node> last = Optional.ofNullable(nodes.get(bare.mainHead().output()));
        Optional<String> dense =
                last.filter(node -> node.operation() instanceof Dense).map(Node::name);
        Optional<Node> behind = dense.isPresent() ? last.flatMap(node -> before(nodes, node)) : last;
        while (behind.isPresent() && behind.get().operation() instanceof Flatten) {
            behind = before(nodes, behind.get());
        }
        return behind.filter(node -> node.operation().equals(AdaptiveAveragePool.global()))
                .map(node -> node.inputs().get(0))
                .filter(node -> !node.equals(Network.INPUT))
                .map(node -> new GlobalAverage(node, dense));
    }

    private static Optional<Node> before(Map<String, Node> nodes, Node node) {
        List<String> inputs = node.inputs();
        return Optional.ofNullable(nodes.get(inputs.get(0)));
    }
}
