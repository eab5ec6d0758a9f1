package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Normalization;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.onnx.Functions;
import convoy.onnx.ModelFolder;
import convoy.onnx.Vocabulary;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One reading of a model's graph, node after node. */
final class GraphReader {
    private static final Pattern FOLDED = Pattern.compile("onnx::Conv_\\d+");
    private static final int SHOWN = 5;
    /** What may stand between an image and its transposition. */
    private static final Set<String> PREPARATIONS = Set.of("Pad", "Add", "Sub", "Mul", "Div", "Cast", "Identity");

    private static final int MOST_PREPARATIONS = 8;

    private final ModelFolder folder;
    private final ModelProto model;
    private final GraphProto graph;
    private final OnnxModel.Origin origin;
    private final Map<String, Value> values = new HashMap<>();
    private final Problems problems = new Problems();

    GraphReader(ModelFolder folder, ModelProto model, OnnxModel.Origin origin) {
        this.folder = folder;
        this.model = model;
        this.graph = model.getGraph();
        this.origin = origin;
    }

    OnnxModel read(Optional<Image> asked) {
        checkFunctions();
        Constants constants = new Constants(folder);
        for (TensorProto tensor : graph.getInitializerList()) {
            define(tensor.getName(), initializer(constants, tensor));
        }
        ValueInfoProto input = input();
        List<TensorShapeProto.Dimension> dims =
                input.getType().getTensorType().getShape().getDimList();
        long batch = dims.isEmpty() || !dims.get(0).hasDimValue() || dims.get(0).getDimValue() < 1
                ? Value.Extents.BATCH
                : dims.get(0).getDimValue();
        boolean channelsLast = isChannelsLast(input.getName(), dims);
        Image image = image(input.getName(), dims, channelsLast, asked);
        NodeNames names = new NodeNames(model.getProducerName().equals(Vocabulary.CONVOY));
        Body body = new Body(names, image);
        define(
                input.getName(),
                channelsLast
                        ? new Signal(
                                Network.INPUT,
                                List.of(image.height(), image.width(), image.channels()),
                                Order.CHANNELS_LAST)
                        : body.plain(Network.INPUT));
        List<Operators> known = List.of(
                new LayerOperators(body),
                new PoolOperators(body),
                new ShapeOperators(body, batch),
                new ChannelOperators(body),
                new ConstantOperators(body, constants, batch),
                new PointOperators(body, readers()));
        for (int i = 0; i < graph.getNodeCount(); i++) {
            take(known, graph.getNode(i), i, names);
        }
        return finished(body, image);
    }

    /** A function of our own is one only if it is defined as ours. */
    private void checkFunctions() {
        for (FunctionProto function : model.getFunctionsList()) {
            String name = function.getName();
            boolean ours = function.getDomain().equals(Vocabulary.CONVOY)
                    && (function.equals(Functions.evoNormS0())
                            || function.equals(Functions.evoNormB0())
                            || (name.matches(Vocabulary.WEIGHTED_ADD + "[1-9][0-9]{0,2}")
                                    && function.equals(Functions.weightedAdd(
                                            Integer.parseInt(name.substring(Vocabulary.WEIGHTED_ADD.length()))))));
            if (!ours) {
                throw new BadInputException(folder.name() + " has a function " + function.getDomain() + "." + name
                        + ", and functions of others are not read: export it without functions");
            }
        }
    }

    private Value initializer(Constants constants, TensorProto tensor) {
        try {
            return constants.value(tensor.getName(), tensor);
        } catch (BadInputException refused) {
            problems.add("initializer", tensor.getName(), "it " + refused.getMessage());
            return new Value.Unknown();
        }
    }

    private void define(String name, Value value) {
        if (values.putIfAbsent(name, value) != null) {
            throw new BadInputException(folder.name() + " is damaged: two values are called " + name);
        }
    }

    private Map<String, Integer> readers() {
        Map<String, Integer> readers = new HashMap<>();
        graph.getNodeList().forEach(node -> node.getInputList().forEach(read -> readers.merge(read, 1, Integer::sum)));
        graph.getOutputList().forEach(output -> readers.merge(output.getName(), 1, Integer::sum));
        return readers;
    }

    private ValueInfoProto input() {
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(input -> !values.containsKey(input.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw new BadInputException(folder.name() + " takes " + Counts.plain(inputs.size(), "input") + ": "
                    + String.join(
                            ", ",
                            inputs.stream()
                                    .limit(SHOWN)
                                    .map(ValueInfoProto::getName)
                                    .toList())
                    + "; a network takes one, of images");
        }
        return inputs.get(0);
    }

    /** TensorFlow's images have their channels last, and its exporters transpose them, perhaps behind padding and scaling. */
    private boolean isChannelsLast(String input, List<TensorShapeProto.Dimension> dims) {
        if (dims.size() != 4) {
            return false;
        }
        String value = input;
        for (int step = 0; step < MOST_PREPARATIONS; step++) {
            String read = value;
            List<NodeProto> readers = graph.getNodeList().stream()
                    .filter(node -> node.getInputList().contains(read))
                    .toList();
            if (!readers.isEmpty() && readers.stream().allMatch(GraphReader::putsChannelsFirst)) {
                return true;
            }
            if (readers.size() != 1
                    || !PREPARATIONS.contains(readers.get(0).getOpType())
                    || readers.get(0).getOutputCount() != 1) {
                return false;
            }
            value = readers.get(0).getOutput(0);
        }
        return false;
    }

    private static boolean putsChannelsFirst(NodeProto node) {
        return node.getOpType().equals("Transpose")
                && node.getAttributeCount() == 1
                && node.getAttribute(0).getIntsList().equals(List.of(0L, 3L, 1L, 2L));
    }

    private Image image(
            String input, List<TensorShapeProto.Dimension> dims, boolean channelsLast, Optional<Image> asked) {
        if (dims.size() != 4) {
            throw new BadInputException(
                    folder.name() + ": its input " + input + " has " + Counts.plain(dims.size(), "axis", "axes")
                            + "; a network takes images, N x channels x height x width");
        }
        int[] order = channelsLast ? new int[] {3, 1, 2} : new int[] {1, 2, 3};
        int[] extents = new int[3];
        for (int i = 0; i < 3; i++) {
            long stated = dims.get(order[i]).getDimValue();
            int axis = i;
            Optional<Integer> given = asked.map(image ->
                    List.of(image.channels(), image.height(), image.width()).get(axis));
            if (stated < 1 && given.isEmpty()) {
                throw new BadInputException(folder.name() + ": its input " + input
                        + " leaves its channels, height or width open: say which it is to take (input)");
            }
            if (stated >= 1 && given.isPresent() && stated != given.get() && i == 0) {
                throw new BadInputException(folder.name() + ": its input " + input + " has "
                        + Counts.plain(stated, "channel") + ", and an input of " + asked.get() + " is asked for");
            }
            extents[i] = given.isPresent() ? given.get() : extent(stated);
        }
        try {
            return new Image(extents[0], extents[1], extents[2]);
        } catch (BadInputException refused) {
            throw new BadInputException(folder.name() + ": its input " + input + ": " + refused.getMessage(), refused);
        }
    }

    private int extent(long stated) {
        if (stated > Extent.LARGEST_ARGUMENT) {
            throw new BadInputException(folder.name() + " takes images of a side of " + stated + "; at most "
                    + Extent.LARGEST_ARGUMENT + " are taken");
        }
        return (int) stated;
    }

    private void take(List<Operators> known, NodeProto node, int index, NodeNames names) {
        String name = names.wanted(node, index);
        List<Optional<Value>> inputs = new ArrayList<>();
        boolean unknown = false;
        for (String read : node.getInputList()) {
            Value value = values.get(read);
            if (value == null && !read.isEmpty()) {
                throw new BadInputException(folder.name() + " is damaged: node " + node.getName() + " reads " + read
                        + ", which is no value before it");
            }
            unknown |= value instanceof Value.Unknown;
            inputs.add(Optional.ofNullable(value));
        }
        List<Value> taken = List.of();
        Op op = new Op(node, index, name, inputs);
        if (!unknown) {
            try {
                taken = first(known, op);
            } catch (BadInputException refused) {
                problems.add(op.type(), shown(node, name), String.valueOf(refused.getMessage()));
            }
        } else if (!Operators.isKnown(op.type())) {
            problems.add(op.type(), shown(node, name), "no operation of a network does this");
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (!node.getOutput(i).isEmpty()) {
                define(node.getOutput(i), i < taken.size() ? taken.get(i) : new Value.Unknown());
            }
        }
    }

    private static String shown(NodeProto node, String name) {
        return node.getName().isBlank() ? name : node.getName();
    }

    private static List<Value> first(List<Operators> known, Op op) {
        for (Operators operators : known) {
            Optional<List<Value>> taken = operators.take(op);
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        throw new BadInputException(
                Operators.isKnown(op.type())
                        ? "it computes with constants what has to be known before; export with constants folded"
                        : "no operation of a network does this");
    }

    private OnnxModel finished(Body body, Image image) {
        if (graph.getOutputCount() == 0) {
            throw new BadInputException(folder.name() + " is damaged: its graph has no output");
        }
        String output = graph.getOutput(0).getName();
        Value value = values.get(output);
        if (value == null) {
            throw new BadInputException(folder.name() + " is damaged: its output " + output + " is no value");
        }
        if (value instanceof Value.Probabilities probabilities) {
            body.note("the model ends in a " + probabilities.operator()
                    + ": that is taken off, since a network's output are logits");
            value = probabilities.of();
        }
        if (!problems.isEmpty()) {
            throw problems.refusal(folder.name());
        }
        String logits = logits(body, output, value);
        if (graph.getOutputCount() > 1) {
            body.note("the model has " + Counts.plain(graph.getOutputCount(), "output") + ": " + output
                    + ", the first, is taken for the logits, and what only the others need is left out");
        }
        List<Node> nodes = Peepholes.needed(Peepholes.joined(body.nodes()), logits);
        Network network = network(nodes, logits, image);
        Map<String, Numbers> tensors = new HashMap<>();
        Set<String> shared = new HashSet<>();
        for (Tensor tensor : network.tensors()) {
            Numbers numbers = Objects.requireNonNull(body.tensors().get(tensor.name()), tensor.name());
            if (numbers.size() != tensor.size()) {
                throw new BadInputException(folder.name() + ": " + numbers.name() + " has extents " + numbers.dims()
                        + ", and " + tensor.name() + " of the network " + tensor.shape());
            }
            tensors.put(tensor.name(), numbers);
            if (!numbers.name().isEmpty() && !shared.add(numbers.name())) {
                body.note("several layers read " + numbers.name() + ": each gets it for itself, and trains it apart");
            }
        }
        noteFolded(body, network, tensors);
        return new OnnxModel(network, body.notices(), origin, tensors);
    }

    private String logits(Body body, String output, Value value) {
        try {
            Signal signal = body.signal(value);
            body.requireRows(signal);
            Shape shape = body.shape(signal.node());
            if (shape instanceof Image) {
                throw new BadInputException(
                        "it is an image of " + shape + "; logits are a vector, of one for each class");
            }
            return signal.node();
        } catch (BadInputException refused) {
            throw new BadInputException(
                    folder.name() + ": its output " + output + ": " + refused.getMessage(), refused);
        }
    }

    private Network network(List<Node> nodes, String logits, Image image) {
        String name = graph.getName().matches("[A-Za-z0-9_.-]{1,100}") ? graph.getName() : "onnx";
        try {
            return new Network(name, image, nodes, List.of(Head.main(logits)));
        } catch (BadInputException refused) {
            throw new BadInputException(folder.name() + ": " + refused.getMessage(), refused);
        }
    }

    private static void noteFolded(Body body, Network network, Map<String, Numbers> tensors) {
        boolean normalized = network.nodes().stream().anyMatch(node -> node.operation() instanceof Normalization);
        List<String> folded = tensors.values().stream()
                .map(Numbers::name)
                .filter(name -> FOLDED.matcher(name).matches())
                .sorted()
                .toList();
        if (!folded.isEmpty()) {
            body.note("batch norms were folded into convolutions when this was exported (" + folded.get(0)
                    + (folded.size() > 1 ? " and " + (folded.size() - 1) + " more" : "")
                    + "): it computes the same, and trains without them; export it in training mode to have them"
                    + (normalized ? ", as those that are left" : ""));
        }
    }
}
