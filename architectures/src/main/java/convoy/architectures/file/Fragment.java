package convoy.architectures.file;

import convoy.architectures.file.expression.Datum;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers, written as in a file, for a network that is there. Whether their shapes fit is known once they are in it.
 *
 * @param nodes that came of them
 * @param output the last of them, or what they were to read if there is none
 */
public record Fragment(List<Node> nodes, String output) {
    public Fragment {
        nodes = List.copyOf(nodes);
    }

    /**
     * Where layers are put in.
     *
     * @param network that they are put into
     * @param names of its nodes that may be read
     * @param input the node that the first layer reads
     * @param values of names that an expression may have beside {@code classes} and the input's figures
     */
    public record Surroundings(Network network, List<String> names, String input, Map<String, String> values) {
        public Surroundings {
            names = List.copyOf(names);
            values = Map.copyOf(values);
        }

        Map<String, Datum> all() {
            Map<String, Datum> all = new LinkedHashMap<>();
            all.put("classes", new Datum.Amount(network.classes()));
            if (network.input() instanceof Image image) {
                all.put("input_channels", new Datum.Amount(image.channels()));
                all.put("input_height", new Datum.Amount(image.height()));
                all.put("input_width", new Datum.Amount(image.width()));
            }
            values.forEach((name, value) -> all.put(name, new Datum.Word(value)));
            return all;
        }
    }

    /**
     * {@return what layers come to}
     *
     * @param where they are written, for messages
     * @param layers as a file has them, without blocks
     * @param around what they are put into
     * @throws BadInputException that lists every problem
     */
    public static Fragment of(String where, List<Value> layers, Surroundings around) {
        Problems problems = new Problems();
        Graph graph = Graph.of(around.names(), problems);
        LayerNames names = LayerNames.ofNetwork();
        around.names().forEach(name -> names.read(name, name));
        names.read(Network.INPUT, Network.INPUT);
        Map<String, Datum> values = around.all();
        Expansion expansion = new Expansion(Map.of(), values, graph, problems, new Budget(problems));
        String last = expansion.layers(at(where, layers), new Scope(names, values), around.input());
        expansion.tellUnknown(names);
        problems.throwIfAny();
        return new Fragment(graph.nodes(), last);
    }

    /**
     * {@return one operation as a file has it: its kind, or a mapping with the kind and its arguments}
     *
     * @param where it is written, for messages
     * @param layer that messages name
     * @param written what is written
     * @throws BadInputException that lists every problem
     */
    public static Operation operation(String where, String layer, Value written) {
        Problems problems = new Problems();
        Place place = new Place(where, 0);
        Value placed = written.at(place);
        Value.Mapping mapping = placed instanceof Value.Mapping given
                ? given
                : new Value.Mapping(Map.of(OperationText.KIND, new Value.Entry(place, placed)), place);
        Value kind = mapping.entries().containsKey(OperationText.KIND)
                ? mapping.entries().get(OperationText.KIND).value()
                : new Value.Nothing(place);
        if (!(kind instanceof Value.Scalar name) || !OperationText.isKind(name.text())) {
            String said = kind instanceof Value.Scalar scalar ? scalar.text() : kind.form();
            throw new BadInputException(where + ": kind = " + said + " is no kind of layer"
                    + UnknownLayers.near(said, OperationText.kinds()));
        }
        return OperationText.read(layer, mapping, problems).orElseThrow(() -> refusal(problems));
    }

    /**
     * {@return an operation with other arguments}
     *
     * @param where they are written, for messages
     * @param layer that messages name
     * @param before the operation
     * @param arguments by their keys, as a file has them
     * @throws BadInputException that lists every problem
     */
    public static Operation changed(String where, String layer, Operation before, Map<String, Value> arguments) {
        Problems problems = new Problems();
        Place place = new Place(where, 0);
        Map<String, Value.Entry> entries = new LinkedHashMap<>(OperationText.components(before, place));
        OperationText.stored(before, arguments)
                .forEach((key, value) -> entries.put(key, new Value.Entry(place, value.at(place))));
        return OperationText.read(layer, new Value.Mapping(entries, place), problems)
                .orElseThrow(() -> refusal(problems));
    }

    /**
     * {@return whether an operation has all of some arguments, by the keys that a file has for them}
     *
     * @param operation any
     * @param keys of arguments
     */
    public static boolean has(Operation operation, Iterable<String> keys) {
        for (String key : keys) {
            if (!OperationText.has(operation, key)) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return whether an operation is of a kind, as a file calls it}
     *
     * @param operation any
     * @param kind as {@code convolution}, {@code relu} or {@code max-pool}
     */
    public static boolean isOfKind(Operation operation, String kind) {
        return OperationText.isOfKind(operation, kind);
    }

    private static BadInputException refusal(Problems problems) {
        try {
            problems.throwIfAny();
        } catch (BadInputException refused) {
            return refused;
        }
        throw new IllegalStateException("an operation was refused without a problem");
    }

    private static List<Value> at(String where, List<Value> layers) {
        Place place = new Place(where, 0);
        return layers.stream().map(layer -> layer.at(place)).toList();
    }

    /**
     * {@return the same value without where it was written, so that equal texts are equal}
     *
     * @param value of a text
     */
    public static Value anywhere(Value value) {
        return value.at(new Place("", 0));
    }
}
