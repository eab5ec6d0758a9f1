package convoy.architectures.file;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network as a file that somebody might have written: a line for each layer, to begin one's own with. It reads back as an equal network;
 * its number of classes may be another.
 */
public final class WrittenNetwork {
    private static final Codec<Initialization> INITIALIZATION = Codec.of(Initialization.class);
    private static final Place NOWHERE = new Place("", 0);
    private static final String CLASSES = "=classes";

    private final Network network;
    private final StringBuilder text = new StringBuilder();

    private WrittenNetwork(Network network) {
        this.network = network;
    }

    /**
     * {@return the text of the file}
     *
     * @param network of images
     * @param paper where it comes from
     * @throws BadInputException if it is of vectors, or its head could not have another number of classes
     */
    public static String of(Network network, Optional<String> paper) {
        return new WrittenNetwork(network).write(paper);
    }

    private String write(Optional<String> paper) {
        if (!(network.input() instanceof Image image)) {
            throw new BadInputException("network " + network.name() + " takes a vector of " + network.input()
                    + ", where a network file is of images: take one that reads images");
        }
        line("name: " + inOneLine(word(network.name())));
        paper.ifPresent(said -> line("paper: " + inOneLine(word(said))));
        line("input: " + image);
        line("classes: " + network.classes());
        line("layers:");
        Set<String> heads = Surgery.headTensors(network);
        Set<String> last = network.tensors().stream()
                .filter(tensor -> heads.contains(tensor.name()))
                .map(Tensor::node)
                .collect(Collectors.toSet());
        String before = Network.INPUT;
        for (Node node : network.nodes()) {
            layer(node, before, last.contains(node.name()));
            before = node.name();
        }
        if (!network.heads().equals(List.of(Head.main(before)))) {
            line("heads:");
            network.heads().forEach(this::head);
        }
        Initialization begun = begun();
        if (!begun.equals(Initialization.he())) {
            line("initialization: " + inOneLine(INITIALIZATION.write(begun)));
        }
        return text.toString();
    }

    /** Without what is said of tensors that the network does not have. */
    private Initialization begun() {
        Initialization said = network.initialization();
        Map<String, Initialization.Distribution> exceptions = new TreeMap<>(said.exceptions());
        exceptions
                .keySet()
                .retainAll(network.tensors().stream().map(Tensor::name).toList());
        return new Initialization(said.convolution(), said.dense(), said.bias(), exceptions);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void layer(Node node, String before, boolean isLast) {
        Map<String, Value> parts = new LinkedHashMap<>();
        parts.put("name", word(node.name()));
        OperationText.write(node.operation())
                .forEach((key, value) -> parts.put(key, isLast && isClasses(key, value) ? word(CLASSES) : value));
        if (!node.inputs().equals(List.of(before))) {
            List<Value> inputs =
                    node.inputs().stream().<Value>map(WrittenNetwork::word).toList();
            parts.put("from", inputs.size() == 1 ? inputs.get(0) : new Value.Sequence(inputs, NOWHERE));
        }
        item(parts);
    }

    private boolean isClasses(String key, Value value) {
        return key.equals("out")
                && value instanceof Value.Scalar scalar
                && scalar.text().equals(Integer.toString(network.classes()));
    }

    private void head(Head head) {
        Map<String, Value> parts = new LinkedHashMap<>();
        parts.put("name", word(head.name()));
        parts.put("from", word(head.output()));
        parts.put("weight", new Value.Scalar(Double.toString(head.weight()), Value.Scalar.Kind.NUMBER, NOWHERE));
        parts.put("auxiliary", new Value.Scalar(Boolean.toString(head.auxiliary()), Value.Scalar.Kind.FLAG, NOWHERE));
        if (!head.layers().isEmpty()) {
            parts.put(
                    "layers",
                    new Value.Sequence(
                            head.layers().stream()
                                    .<Value>map(WrittenNetwork::word)
                                    .toList(),
                            NOWHERE));
        }
        item(parts);
    }

    /** In the order that a person would write. */
    private void item(Map<String, Value> parts) {
        line(parts.entrySet().stream()
                .map(part -> part.getKey() + ": " + inOneLine(part.getValue()))
                .collect(Collectors.joining(", ", "  - {", "}")));
    }

    private static String inOneLine(Value value) {
        return CanonicalText.ofWritten(value);
    }

    private static Value.Scalar word(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.TEXT, NOWHERE);
    }
}
