package convoy.architectures.drawing;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.LayerTable;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.tensor.Shape;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network's boxes and arrows, before any folding.
 *
 * @param boxes the box at index i has the id i; a box stands after those it reads
 * @param arrows between boxes, in order
 * @param mainHead the id of the box of the head that is scored
 */
record Sketch(List<Box> boxes, Set<Arrow> arrows, int mainHead) {
    static Sketch of(Network network) {
        Map<String, Integer> readers = new HashMap<>();
        network.nodes().forEach(node -> node.inputs().forEach(from -> readers.merge(from, 1, Integer::sum)));
        // A head reads its node too, so that nothing is fused past it.
        network.heads().forEach(head -> readers.merge(head.output(), 1, Integer::sum));

        Map<String, LayerTable.Row> rows = new HashMap<>();
        LayerTable.of(network).rows().forEach(row -> rows.put(row.name(), row));
        List<List<Node>> runs = new ArrayList<>();
        runs.add(new ArrayList<>());
        Map<String, Integer> boxOf = new HashMap<>();
        boxOf.put(Network.INPUT, 0);
        Set<Arrow> arrows = new LinkedHashSet<>();
        for (Node node : network.nodes()) {
            String from = node.inputs().get(0);
            int box = required(boxOf, from);
            boolean alone = node.inputs().size() == 1 && readers.getOrDefault(from, 0) == 1;
            if (alone
                    && (Look.of(node.operation()).finishes() || isTransformed(node, runs.get(box)))
                    && belongs(node, runs.get(box))) {
                runs.get(box).add(node);
            } else {
                box = runs.size();
                runs.add(new ArrayList<>(List.of(node)));
                for (String input : node.inputs()) {
                    arrows.add(new Arrow(required(boxOf, input), box));
                }
            }
            boxOf.put(node.name(), box);
        }
        List<Box> boxes = new ArrayList<>();
        boxes.add(inputBox(network.input(), runs.get(0), rows));
        for (int id = 1; id < runs.size(); id++) {
            boxes.add(box(id, runs.get(id), rows));
        }
        int mainHead = boxes.size() + network.heads().indexOf(network.mainHead());
        for (Head head : network.heads()) {
            int id = boxes.size();
            arrows.add(new Arrow(required(boxOf, head.output()), id));
            boxes.add(headBox(id, head, network.classes()));
        }
        return new Sketch(boxes, arrows, mainHead);
    }

    /** Whether a node is a convolution after an activation: of a random graph's node, which is to be one box. */
    private static boolean isTransformed(Node node, List<Node> run) {
        return node.operation() instanceof Convolution
                && !run.isEmpty()
                && (run.get(0).operation() instanceof WeightedAdd || run.get(0).operation() instanceof Activation);
    }

    /**
     * Whether a node's module is that of the run's first or the whole network, not another block's. Dropout has names of
     * its own, and flattening is worth no box.
     */
    private static boolean belongs(Node node, List<Node> run) {
        if (run.isEmpty() || node.operation() instanceof Dropout || node.operation() instanceof Flatten) {
            return true;
        }
        String module = module(node);
        return module.isEmpty() || module.equals(module(run.get(0)));
    }

    private static String module(Node node) {
        return node.name().substring(0, node.name().lastIndexOf('.') + 1);
    }

    private static Box inputBox(Shape input, List<Node> run, Map<String, LayerTable.Row> rows) {
        return BoxBuilder.builder()
                .id(0)
                .kind(Box.Kind.INPUT)
                .path(Network.INPUT)
                .title("input " + input)
                .detail(labels(run))
                .shape(input.toString())
                .tooltip((Network.INPUT + ": " + input + "\n" + tooltip(run, rows)).strip())
                .build();
    }

    private static Box box(int id, List<Node> run, Map<String, LayerTable.Row> rows) {
        Node first = run.get(0);
        Node last = run.get(run.size() - 1);
        return BoxBuilder.builder()
                .id(id)
                .kind(Look.of(first.operation()).kind())
                .path(first.name())
                .title(title(first.operation()))
                .detail(labels(run.subList(1, run.size())))
                .shape(required(rows, last.name()).output().toString())
                .tooltip(tooltip(run, rows))
                .build();
    }

    private static Box headBox(int id, Head head, int classes) {
        String title = (head.auxiliary() ? "auxiliary head " : "head ") + head.name();
        String detail =
                Counts.plain(classes, "class", "classes") + (head.weight() == 1 ? "" : ", weight " + head.weight());
        return BoxBuilder.builder()
                .id(id)
                .kind(Box.Kind.HEAD)
                .path("head " + head.name())
                .title(title)
                .detail(detail)
                .shape("")
                .tooltip(title + ": " + detail)
                .build();
    }

    /** The operation's label; of stochastic depth, whose probability rises from block to block, what blocks have in common. */
    private static String title(Operation operation) {
        return operation instanceof StochasticDepth ? "stochastic depth" : operation.label();
    }

    private static String labels(List<Node> run) {
        return String.join(
                ", ", run.stream().map(node -> title(node.operation())).toList());
    }

    private static String tooltip(List<Node> run, Map<String, LayerTable.Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Node node : run) {
            LayerTable.Row row = required(rows, node.name());
            String cost = row.parameters() == 0 ? "" : ", " + Counts.of(row.parameters(), "parameter");
            String work = row.multiplyAdds() == 0 ? "" : ", " + Counts.of(row.multiplyAdds(), "multiply-add");
            lines.add(row.name() + ": " + row.operation() + ", " + row.output() + cost + work);
        }
        return String.join("\n", lines);
    }

    private static <V> V required(Map<String, V> values, String name) {
        V value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is no node of this network");
        }
        return value;
    }
}
