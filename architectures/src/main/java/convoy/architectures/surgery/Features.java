package convoy.architectures.surgery;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A network for inference that puts out its logits and, behind them, its features: what its last dense layer reads. Its tensors are those of
 * {@link Network#inference}.
 *
 * @param network whose one head has {@code classes + count} outputs
 * @param classes how many of them, the first, are logits
 * @param count of the features
 */
public record Features(Network network, int classes, int count) {
    private static final String JOINED = "logits_and_features";

    /**
     * {@return the network with its features}
     *
     * @param network any
     * @throws BadInputException if it does not end in a dense layer
     */
    public static Features of(Network network) {
        Network inference = network.inference();
        Map<String, Node> byName =
                inference.nodes().stream().collect(Collectors.toMap(Node::name, Function.identity()));
        String logits = inference.mainHead().output();
        Node last = byName.get(logits);
        while (last != null && last.operation().isIdentityInInference()) {
            last = byName.get(last.inputs().get(0));
        }
        if (last == null || !(last.operation() instanceof Dense)) {
            throw new BadInputException("network " + network.name()
                    + " does not end in a dense layer, before which its features would be: ask for none");
        }
        String read = last.inputs().get(0);
        List<Node> nodes = new ArrayList<>(inference.nodes());
        nodes.add(new Node(JOINED, new Concat(), List.of(logits, read)));
        Shape features = inference.shapes().get(read);
        if (features == null) {
            throw new IllegalStateException(read + " is a node or the input");
        }
        return new Features(
                new Network(
                        network.name(),
                        inference.input(),
                        nodes,
                        List.of(Head.main(JOINED)),
                        inference.initialization()),
                inference.classes(),
                features.size());
    }
}
