package convoy.onnx.in;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.Join.Multiply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What exporters spell with several nodes and a network has one for; and nodes that nothing needs. */
final class Peepholes {
    private Peepholes() {}

    /** {@return the nodes with one for each product of something and a gate of the same} */
    static List<Node> joined(List<Node> nodes) {
        Map<String, Node> byName = new HashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        List<Node> joined = new ArrayList<>();
        for (Node node : nodes) {
            Optional<Node> gated = node.operation() instanceof Multiply ? gated(node, byName) : Optional.empty();
            joined.add(gated.orElse(node));
        }
        return joined;
    }

    private static Optional<Node> gated(Node product, Map<String, Node> byName) {
        for (int i = 0; i < 2; i++) {
            String x = product.inputs().get(i);
            Node gate = byName.get(product.inputs().get(1 - i));
            if (gate != null
                    && gate.operation() instanceof Activation activation
                    && gate.inputs().equals(List.of(x))) {
                Optional<Function> function =
                        switch (activation.function()) {
                            case SIGMOID -> Optional.of(Function.SILU);
                            case HARD_SIGMOID -> Optional.of(Function.HARD_SWISH);
                            case RELU, RELU6, SILU, GELU, HARD_SWISH, TANH -> Optional.empty();
                        };
                if (function.isPresent()) {
                    return Optional.of(new Node(product.name(), new Activation(function.get()), List.of(x)));
                }
            }
        }
        return Optional.empty();
    }

    /** {@return the nodes that an output needs} */
    static List<Node> needed(List<Node> nodes, String output) {
        Map<String, Node> byName = new HashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Set<String> needed = new HashSet<>(Set.of(Network.INPUT));
        Deque<String> open = new ArrayDeque<>(List.of(output));
        while (!open.isEmpty()) {
            String next = open.remove();
            Node node = byName.get(next);
            if (node != null && needed.add(next)) {
                open.addAll(node.inputs());
            }
        }
        return nodes.stream().filter(node -> needed.contains(node.name())).toList();
    }
}
