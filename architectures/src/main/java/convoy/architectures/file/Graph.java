package convoy.architectures.file;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The nodes that came of a file so far, each with its line and with its shape as far as that is known. */
final class Graph {
    /** What a node reads whose input is not there, which is a problem already. */
    static final String NOWHERE = "";

    private final Problems problems;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    private Graph(Problems problems) {
        this.problems = problems;
    }

    Graph(Shape input, Problems problems) {
        this(problems);
        shapes.put(Network.INPUT, input);
    }

    /** Of a network that is there: its nodes are known by their names alone, and none is added twice. */
    static Graph of(List<String> names, Problems problems) {
        Graph graph = new Graph(problems);
        names.forEach(name -> graph.places.put(name, new Place("the network", 0)));
        return graph;
    }

    /** A name for a layer that was given none: its kind, with a number where that is taken. */
    String free(LayerNames layers, String kind) {
        String plain = layers.whole(kind);
        int count = counts.getOrDefault(plain, 0);
        String name;
        do {
            count++;
            name = count == 1 ? kind : kind + count;
        } while (places.containsKey(layers.whole(name)));
        counts.put(plain, count);
        return name;
    }

    /** Adds a node. One that cannot be is told, and what reads it is not looked at further. */
    void add(Place place, String name, Optional<Operation> operation, List<String> inputs) {
        Place first = places.putIfAbsent(name, place);
        if (first != null || name.equals(Network.INPUT)) {
            problems.add(
                    place,
                    "two layers are called " + name
                            + (first == null
                                    ? ", which is what the network reads"
                                    : "; " + (first.line() == 0 ? first.source() : "line " + first.line())
                                            + " has it already")
                            + ": in a loop put its index into the name, as in name{i}");
            return;
        }
        if (operation.isEmpty()) {
            return;
        }
        nodes.add(new Node(name, operation.get(), inputs));
        if (inputs.stream().allMatch(shapes::containsKey)) {
            try {
                shapes.put(
                        name,
                        operation.get().output(inputs.stream().map(this::shape).toList()));
            } catch (BadInputException misfit) {
                problems.add(place, "layer " + name + ": " + misfit.getMessage());
            }
        }
    }

    private Shape shape(String node) {
        return Objects.requireNonNull(shapes.get(node), node);
    }

    /** The shape of a node's output, where it is known. */
    Optional<Shape> known(String node) {
        return Optional.ofNullable(shapes.get(node));
    }

    List<Node> nodes() {
        return nodes;
    }

    Optional<Place> place(String node) {
        return Optional.ofNullable(places.get(node));
    }
}
