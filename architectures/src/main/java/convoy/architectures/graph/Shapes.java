package convoy.architectures.graph;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes of all outputs of a graph.
 *
 * @param byName that of the input, then those of the nodes in their order
 */
record Shapes(Map<String, Shape> byName) {
    /**
     * Infers them, node by node.
     *
     * @throws BadInputException if a node's inputs do not fit it; the message begins with the node's name
     */
    static Shapes infer(Shape input, List<Node> nodes) {
        Shapes shapes = new Shapes(new LinkedHashMap<>());
        shapes.byName.put(Network.INPUT, input);
        for (Node node : nodes) {
            shapes.byName.put(node.name(), shapes.output(node));
        }
        return shapes;
    }

    private Shape output(Node node) {
        try {
            return node.operation().output(inputs(node));
        } catch (BadInputException e) {
            throw new BadInputException("node " + node.name() + ": " + e.getMessage(), e);
        }
    }

    /** The shape of a node's output. */
    Shape of(String node) {
        Shape shape = byName.get(node);
        if (shape == null) {
            throw new IllegalArgumentException(node + " is no node of this network");
        }
        return shape;
    }

    /** The shapes that a node's inputs have. */
    List<Shape> inputs(Node node) {
        return node.inputs().stream().map(this::of).toList();
    }

    /** The tensors of nodes, in their order. */
    List<Tensor> tensors(List<Node> nodes) {
        List<Tensor> tensors = new ArrayList<>();
        for (Node node : nodes) {
            tensors.addAll(node.operation().tensors(node.name(), inputs(node)));
        }
        return Collections.unmodifiableList(tensors);
    }
}
