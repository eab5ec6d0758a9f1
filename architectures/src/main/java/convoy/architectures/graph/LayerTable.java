package convoy.architectures.graph;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A network layer by layer: what each puts out and costs.
 *
 * @param network whose layers they are
 * @param rows one for each node, in the order of the nodes
 */
public record LayerTable(Network network, List<Row> rows) {
    /**
     * One node.
     *
     * @param name of the node
     * @param operation what it computes, in a few words
     * @param inputs the nodes it reads
     * @param output the shape of one example's output
     * @param parameters trained scalars
     * @param multiplyAdds for one image
     */
    public record Row(
            String name, String operation, List<String> inputs, Shape output, int parameters, long multiplyAdds) {
        public Row {
            inputs = List.copyOf(inputs);
        }
    }

    public LayerTable {
        rows = List.copyOf(rows);
    }

    /**
     * {@return the table of a network, its nodes in order}
     *
     * @param network whose nodes are listed
     */
    public static LayerTable of(Network network) {
        Map<String, Integer> parameters = network.parameters().stream()
                .collect(Collectors.groupingBy(Tensor::node, Collectors.summingInt(Tensor::size)));
        Map<String, Shape> shapes = network.shapes();
        List<Row> rows = new ArrayList<>();
        for (Node node : network.nodes()) {
            List<Shape> inputs = node.inputs().stream()
                    .map(from -> Objects.requireNonNull(shapes.get(from), from))
                    .toList();
            rows.add(new Row(
                    node.name(),
                    node.operation().label(),
                    node.inputs(),
                    node.operation().output(inputs),
                    parameters.getOrDefault(node.name(), 0),
                    node.operation().multiplyAdds(inputs)));
        }
        return new LayerTable(network, rows);
    }
}
