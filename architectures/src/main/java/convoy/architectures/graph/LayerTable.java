package convoy.architectures.graph;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A network layer by layer: what each puts out and costs, as text for people and as plain data for programs.
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

    /** {@return aligned columns name, operation, output, parameters and multiply-adds, and the totals below} */
    public String text() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("name", "operation", "output", "parameters", "multiply-adds"));
        cells.add(List.of(Network.INPUT, "", network.input().toString(), "", ""));
        for (Row row : rows) {
            cells.add(List.of(
                    row.name(),
                    row.operation(),
                    row.output().toString(),
                    row.parameters() == 0 ? "" : grouped(row.parameters()),
                    row.multiplyAdds() == 0 ? "" : grouped(row.multiplyAdds())));
        }
        List<String> totals = List.of(
                "total",
                Counts.plain(rows.size(), "node"),
                "",
                grouped(network.parameterCount()),
                grouped(network.multiplyAdds()));
        cells.add(totals);
        if (network.heads().size() > 1) {
            cells.add(List.of(
                    "inference",
                    "without auxiliary heads",
                    "",
                    grouped(network.parameterCountWithoutAuxiliary()),
                    grouped(network.multiplyAddsWithoutAuxiliary())));
        }
        int[] widths = new int[totals.size()];
        for (List<String> row : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        String rule = "-".repeat(2 * (widths.length - 1) + Arrays.stream(widths).sum());
        StringBuilder text = new StringBuilder();
        for (List<String> row : cells) {
            if (row == totals) {
                text.append(rule).append('\n');
            }
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean number = i >= 3;
                line.append(number ? padding + row.get(i) : row.get(i) + padding)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (row == cells.get(0)) {
                text.append(rule).append('\n');
            }
        }
        return text.toString();
    }

    /**
     * {@return the table as maps, lists, strings and numbers, for any JSON writer: {@code name}, {@code input} and each
     * layer's {@code output} as lists of extents, totals, {@code heads} and {@code layers}}
     */
    public Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", network.name());
        data.put("input", extents(network.input()));
        data.put("classes", network.classes());
        data.put("parameters", network.parameterCount());
        data.put("parameters-without-auxiliary", network.parameterCountWithoutAuxiliary());
        data.put("multiply-adds", network.multiplyAdds());
        data.put("multiply-adds-without-auxiliary", network.multiplyAddsWithoutAuxiliary());
        data.put("activations", network.activations());
        data.put("heads", network.heads().stream().map(LayerTable::data).toList());
        data.put("layers", rows.stream().map(LayerTable::data).toList());
        return data;
    }

    private static Map<String, Object> data(Head head) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", head.name());
        data.put("output", head.output());
        data.put("weight", head.weight());
        data.put("auxiliary", head.auxiliary());
        return data;
    }

    private static Map<String, Object> data(Row row) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", row.name());
        data.put("operation", row.operation());
        data.put("inputs", row.inputs());
        data.put("output", extents(row.output()));
        data.put("parameters", row.parameters());
        data.put("multiply-adds", row.multiplyAdds());
        return data;
    }

    private static List<Integer> extents(Shape shape) {
        return shape instanceof Image image
                ? List.of(image.channels(), image.height(), image.width())
                : List.of(shape.size());
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
