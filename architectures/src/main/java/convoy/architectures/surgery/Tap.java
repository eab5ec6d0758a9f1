package convoy.architectures.surgery;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network for inference that puts out its logits and, behind them, the feature maps of one node, row-major. Its tensors are those of
 * {@link Network#inference}.
 *
 * @param network whose one head has {@code classes + maps.size()} outputs
 * @param classes how many of them, the first, are logits
 * @param node whose output the maps are
 * @param maps their shape
 */
public record Tap(Network network, int classes, String node, Image maps) {
    private static final String FLAT = "tapped_maps";
    private static final String JOINED = "logits_and_maps";

    /**
     * {@return the network with the feature maps of a node}
     *
     * @param network any
     * @param node of its inference
     * @throws BadInputException if there is no such node, or it puts out no image
     */
    public static Tap of(Network network, String node) {
        Network inference = network.inference();
        Image maps = image(inference, node);
        List<Node> nodes = new ArrayList<>(inference.nodes());
        nodes.add(new Node(FLAT, new Flatten(), List.of(node)));
        nodes.add(new Node(JOINED, new Concat(), List.of(inference.mainHead().output(), FLAT)));
        Network tapped = new Network(
                network.name(), inference.input(), nodes, List.of(Head.main(JOINED)), inference.initialization());
        return new Tap(tapped, inference.classes(), node, maps);
    }

    /**
     * {@return the last node before the logits whose output has more than one place: what class maps are usually made of}
     *
     * @param network any
     * @throws BadInputException if there is none
     */
    public static String lastOf(Network network) {
        Network inference = network.inference();
        Map<String, Shape> shapes = inference.shapes();
        String last = "";
        for (Node node : inference.nodes()) {
            if (shapes.get(node.name()) instanceof Image image && image.height() * image.width() > 1) {
                last = node.name();
            }
        }
        if (last.isEmpty()) {
            throw new BadInputException("network " + network.name()
                    + " has no layer that puts out an image of more than one pixel, so there is nothing to point at");
        }
        return last;
    }

    static Image image(Network inference, String node) {
        Shape shape = inference.shapes().get(node);
        if (shape == null || node.equals(Network.INPUT)) {
            List<String> names = inference.nodes().stream().map(Node::name).toList();
            throw new BadInputException("network " + inference.name() + " has no layer " + node
                    + Names.nearest(node, names)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("") + "; `convoy describe " + inference.name() + "` lists them");
        }
        if (!(shape instanceof Image image)) {
            throw new BadInputException("layer " + node + " of network " + inference.name() + " puts out " + shape
                    + ", which has no places: name one that puts out an image, as " + lastOf(inference));
        }
        return image;
    }
}
