package convoy.architectures.surgery;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network whose dense layers have become convolutions: the first after an image as large as that image, the others 1x1
 * (Sermanet et al. 2013, "OverFeat", section 3.3; Simonyan and Zisserman 2014, section 3.2). On images of the old size it
 * computes the same from the same flat vector, since {@code [out, C, H, W]} and {@code [out, C H W]} are the same numbers in
 * the same order; on larger ones it slides over them and averages the logits of all places.
 */
public final class FullyConvolutional {
    private final Network network;
    private final Map<String, Shape> shapes;
    private final List<Node> nodes = new ArrayList<>();
    /** The node that now has what each node had. */
    private final Map<String, String> replaced = new HashMap<>();
    /** For nodes that were vectors, the image that they are now. */
    private final Map<String, Image> images = new HashMap<>();

    private FullyConvolutional(Network network) {
        this.network = network;
        this.shapes = network.shapes();
    }

    /**
     * {@return the same network with convolutions for its dense layers: the same logits from the same flat vector for
     * images of this size, and the mean of the logits of all places for larger ones ({@link Network#withInput})}
     *
     * @param network left as it is
     * @throws BadInputException if something else than dense layers, activations, dropout and batch norm reads its
     *     vectors
     */
    public static Network of(Network network) {
        return new FullyConvolutional(network).convert();
    }

    private Network convert() {
        for (Node node : network.nodes()) {
            convert(node);
        }
        List<Head> heads = new ArrayList<>();
        for (Head head : network.heads()) {
            String logits = name(head.output());
            if (images.containsKey(head.output())) {
                nodes.add(new Node(logits + ".average", AdaptiveAveragePool.global(), List.of(logits)));
                nodes.add(new Node(logits + ".vector", new Flatten(), List.of(logits + ".average")));
                logits += ".vector";
            }
            heads.add(new Head(head.name(), logits, head.weight(), head.auxiliary(), head.layers()));
        }
        return new Network(network.name(), network.input(), nodes, heads, network.initialization());
    }

    private void convert(Node node) {
        String input = node.inputs().get(0);
        Image image = images.get(input);
        Operation operation = node.operation();
        if (operation instanceof Flatten && shape(input) instanceof Image flattened) {
            replaced.put(node.name(), name(input));
            images.put(node.name(), flattened);
        } else if (operation instanceof AdaptiveAveragePool
                && shape(input).equals(shape(node.name()))
                && shape(input).size() > channels(input)) {
            // Averages over single pixels: left out, so that larger images give larger planes to slide over.
            replaced.put(node.name(), name(input));
        } else if (image == null) {
            nodes.add(new Node(
                    node.name(),
                    operation,
                    node.inputs().stream().map(this::name).toList()));
        } else if (operation instanceof Dense dense) {
            Convolution window = Convolution.window(dense.out(), image.height(), image.width())
                    .withBias(dense.bias());
            nodes.add(new Node(node.name(), window, List.of(name(input))));
            images.put(node.name(), new Image(dense.out(), 1, 1));
        } else if (operation instanceof Activation
                || operation instanceof Dropout
                || (operation instanceof BatchNorm && image.size() == image.channels())) {
            nodes.add(new Node(node.name(), operation, List.of(name(input))));
            images.put(node.name(), image);
        } else {
            throw new BadInputException("network " + network.name() + ": node " + node.name() + ", "
                    + operation.label() + ", reads a vector, which cannot become an image; only dense layers,"
                    + " activations, dropout and batch norm can");
        }
    }

    private String name(String node) {
        return replaced.getOrDefault(node, node);
    }

    private Shape shape(String node) {
        return Objects.requireNonNull(shapes.get(node), node);
    }

    private int channels(String node) {
        return shape(node) instanceof Image image
                ? image.channels()
                : shape(node).size();
    }
}
