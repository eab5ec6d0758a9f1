package convoy.architectures.surgery;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network whose training gradient tells how a logit of another changes with the feature maps of one of its nodes. Batch norms are linear
 * layers in it, as they are in inference; behind the node every channel gets a factor and a summand of its own; and two scores, one a
 * multiple of the logit and the other 0, stand for the logits. With factors of 1 and summands of 0 it computes what the network computes,
 * and the gradient of a summand is the sum over the channel's places.
 *
 * @param network the changed one
 * @param node that is looked at
 * @param maps what it puts out
 * @param norms the batch norms that became linear, by the node's name
 */
public record ClassProbe(Network network, String node, Image maps, Map<String, BatchNorm> norms) {
    /** The node behind the one that is looked at: {@code weight [C, 1, 1, 1]}, {@code bias [C]}. */
    public static final String PROBE = "class_probe";

    /** The node behind the logits: {@code weight [2, classes]}. */
    public static final String SCORES = "class_scores";

    public ClassProbe {
        norms = Map.copyOf(norms);
    }

    /**
     * {@return the network with a probe}
     *
     * @param network any
     * @param node of its inference
     * @throws BadInputException if there is no such node, it puts out no image, or the network looks at its batch in training
     */
    public static ClassProbe of(Network network, String node) {
        Network bare = Surgery.withoutDropout(network.inference());
        Image maps = Tap.image(bare, node);
        Map<String, Shape> shapes = bare.shapes();
        List<Node> nodes = new ArrayList<>();
        for (Node each : bare.nodes()) {
            Shape shape = shapes.getOrDefault(each.name(), maps);
            nodes.add(new Node(each.name(), linear(network.name(), each, shape), reading(each.inputs(), node)));
            if (each.name().equals(node)) {
                nodes.add(new Node(PROBE, channels(maps), List.of(node)));
            }
        }
        String logits = bare.mainHead().output();
        nodes.add(new Node(SCORES, new Dense(2, false), List.of(logits)));
        Network probed =
                new Network(bare.name(), bare.input(), nodes, List.of(Head.main(SCORES)), bare.initialization());
        return new ClassProbe(probed, node, maps, norms(bare));
    }

    private static List<String> reading(List<String> inputs, String node) {
        return inputs.stream().map(input -> input.equals(node) ? PROBE : input).toList();
    }

    private static Operation linear(String network, Node node, Shape shape) {
        if (node.operation() instanceof EvoNormB0) {
            throw new BadInputException("network " + network + " normalizes by the batch in " + node.name()
                    + " without being linear, so that no gradient of one picture is defined: leave the layer out, or"
                    + " use occlusion");
        }
        if (!(node.operation() instanceof BatchNorm)) {
            return node.operation();
        }
        return shape instanceof Image image ? channels(image) : new Dense(shape.size(), true);
    }

    private static Convolution channels(Image image) {
        return Convolution.square(image.channels(), 1, 1, 0).withGroups(image.channels());
    }

    private static Map<String, BatchNorm> norms(Network network) {
        return network.nodes().stream()
                .filter(node -> node.operation() instanceof BatchNorm)
                .collect(Collectors.toMap(Node::name, node -> (BatchNorm) node.operation()));
    }
}
