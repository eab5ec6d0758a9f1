package convoy.onnx.in;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.onnx.in.Value.Affine;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A network that is being made of a model: its nodes with their shapes, and the numbers of its tensors. */
final class Body {
    /** A node with the place in the model of what it was made of. */
    private record Placed(Node node, int index) {}

    private final NodeNames names;
    private final Map<String, Placed> nodes = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, Numbers> tensors = new HashMap<>();
    private final Set<String> notices = new LinkedHashSet<>();

    Body(NodeNames names, Image input) {
        this.names = names;
        shapes.put(Network.INPUT, input);
    }

    void note(String notice) {
        notices.add(notice);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }

    /** The numbers of each tensor, by its name in the network. */
    Map<String, Numbers> tensors() {
        return tensors;
    }

    Shape shape(String node) {
        return Objects.requireNonNull(shapes.get(node), node);
    }

    Optional<Operation> operation(String node) {
        return Optional.ofNullable(nodes.get(node)).map(placed -> placed.node().operation());
    }

    String firstInput(String node) {
        return Objects.requireNonNull(nodes.get(node), node).node().inputs().get(0);
    }

    /** {@return the nodes in the order in which what they were made of stands in the model} */
    List<Node> nodes() {
        return nodes.values().stream()
                .sorted((a, b) -> Integer.compare(a.index(), b.index()))
                .map(Placed::node)
                .toList();
    }

    /** {@return what a new node puts out} */
    Signal add(Op op, String wanted, Operation operation, String... inputs) {
        List<String> read = List.of(inputs);
        Shape shape = operation.output(read.stream().map(this::shape).toList());
        String name = names.take(wanted);
        nodes.put(name, new Placed(new Node(name, operation, read), op.index()));
        shapes.put(name, shape);
        return plain(name);
    }

    /** {@return what a new node puts out that is called as the model's} */
    Signal add(Op op, Operation operation, String... inputs) {
        return add(op, op.name(), operation, inputs);
    }

    /**
     * {@return what a new node with tensors puts out} It is called so that its tensors are called as the model's, if they can be.
     *
     * @param parts the numbers of its tensors by the ends of their names
     * @param inputs the nodes that it reads
     */
    Signal layer(Op op, Operation operation, Map<String, Numbers> parts, String... inputs) {
        Set<String> prefixes = new LinkedHashSet<>();
        parts.forEach((suffix, numbers) -> prefixes.add(NodeNames.prefix(numbers.name(), suffix)));
        String prefix = prefixes.size() == 1 ? prefixes.iterator().next() : "";
        Signal signal = add(op, names.isFree(prefix) ? prefix : op.name(), operation, inputs);
        parts.forEach((suffix, numbers) -> tensors.put(signal.node() + "." + suffix, numbers));
        return signal;
    }

    /** Gives a node another operation, with the numbers of one more of its tensors. */
    void replace(String node, Operation operation, String suffix, Numbers numbers) {
        nodes.computeIfPresent(
                node,
                (name, old) -> new Placed(new Node(name, operation, old.node().inputs()), old.index()));
        tensors.put(node + "." + suffix, numbers);
    }

    /** {@return a node's output as it is} */
    Signal plain(String node) {
        return new Signal(node, dims(shape(node)), Order.ROWS);
    }

    private static List<Integer> dims(Shape shape) {
        return shape instanceof Image image
                ? List.of(image.channels(), image.height(), image.width())
                : List.of(shape.size());
    }

    /** {@return what an input is, computed if nothing has asked for it yet} */
    Signal signal(Value value) {
        return value.signal(this);
    }

    /** {@return what scales and shifts, as a node} */
    Signal materialized(Affine affine) {
        Signal of = affine.of();
        Op by = affine.by();
        boolean shifted = !Affine.isAll(affine.shift(), 0);
        if (of.node().equals(Network.INPUT)) {
            note("the model scales and shifts its input, (x - " + figures(mean(affine)) + ") / "
                    + figures(inverse(affine.scale()))
                    + ": that is left out; let the run file's normalization do it");
            return of;
        }
        if (!shifted && Affine.isAll(affine.scale(), affine.scale()[0])) {
            requireRows(of);
            Signal scaled = add(by, new Scale(Op.decimal((float) affine.scale()[0])), of.node());
            return new Signal(scaled.node(), of.dims(), of.order());
        }
        if (!(shape(of.node()) instanceof Image image)) {
            throw new BadInputException("it scales and shifts the features of a vector: a layer with such weights is"
                    + " needed, and taken for images alone");
        }
        String node = image(of);
        int channels = image.channels();
        Convolution each = Convolution.square(channels, 1, 1, 0)
                .withOutputs(channels, channels)
                .withBias(shifted);
        Map<String, Numbers> parts = new LinkedHashMap<>();
        parts.put("weight", spread("", List.of(channels, 1, 1, 1), affine.scale(), channels));
        if (shifted) {
            parts.put("bias", spread("", List.of(channels), affine.shift(), channels));
        }
        note(by.name() + " scales " + (shifted ? "and shifts " : "")
                + "each channel: that is taken as a convolution of 1 x 1 that is trained");
        return new Signal(layer(by, each, parts, node).node(), of.dims(), of.order());
    }

    private static Numbers spread(String name, List<Integer> dims, double[] values, int channels) {
        float[] numbers = new float[channels];
        for (int c = 0; c < channels; c++) {
            numbers[c] = (float) values[values.length == 1 ? 0 : c];
        }
        return new Numbers(name, dims, () -> numbers);
    }

    private static double[] mean(Affine affine) {
        double[] mean = new double[Math.max(affine.scale().length, affine.shift().length)];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = -affine.shift()[affine.shift().length == 1 ? 0 : c]
                    / affine.scale()[affine.scale().length == 1 ? 0 : c];
        }
        return mean;
    }

    private static double[] inverse(double[] values) {
        double[] inverse = new double[values.length];
        for (int c = 0; c < values.length; c++) {
            inverse[c] = 1 / values[c];
        }
        return inverse;
    }

    private static List<Double> figures(double[] values) {
        List<Double> figures = new ArrayList<>();
        for (double value : values) {
            figures.add(Op.decimal((float) value));
        }
        return figures;
    }

    /** Refuses a signal whose numbers lie in another order than its node's. */
    void requireRows(Signal signal) {
        if (signal.order() == Order.SWAPPED_GROUPS) {
            throw new BadInputException(
                    "it reads groups of channels between a transposition and the reshape behind it");
        }
    }

    /** {@return the node of an image, whose channels come first or last} */
    String image(Value value) {
        Signal signal = signal(value);
        requireRows(signal);
        if (!(shape(signal.node()) instanceof Image image)) {
            throw new BadInputException("it reads a vector of " + shape(signal.node()) + "; it needs an image");
        }
        List<Integer> expected = signal.order() == Order.CHANNELS_LAST
                ? List.of(image.height(), image.width(), image.channels())
                : dims(image);
        if (!signal.dims().equals(expected)) {
            throw new BadInputException(
                    "it reads " + image + " as " + signal.dims() + "; it needs an image as it comes from a layer");
        }
        return signal.node();
    }

    /** {@return the node of an image with its channels first} */
    String channelsFirst(Value value) {
        String node = image(value);
        if (signal(value).order() == Order.CHANNELS_LAST) {
            throw new BadInputException("it reads an image with its channels last");
        }
        return node;
    }

    /** {@return the node of a vector} */
    String vector(Op op, Value value) {
        Signal signal = signal(value);
        if (signal.dims().size() != 1 || signal.order() != Order.ROWS) {
            throw new BadInputException("it reads " + signal.dims() + "; it needs a vector: flatten before it");
        }
        return shape(signal.node()) instanceof Vector ? signal.node() : flattened(op, signal);
    }

    /** {@return the node that makes a vector of a signal's image, its channels first} */
    String flattened(Op op, Signal signal) {
        return add(op, op.name() + ".flat", new Flatten(), signal.node()).node();
    }

    /** {@return the same for each number alone: of any shape, which stays} */
    Value pointwise(Op op, Operation operation, Value value) {
        Signal signal = signal(value);
        requireRows(signal);
        return new Signal(add(op, operation, signal.node()).node(), signal.dims(), signal.order());
    }

    Value activation(Op op, Function function, Value value) {
        return pointwise(op, new Activation(function), value);
    }
}
