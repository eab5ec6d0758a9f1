package convoy.architectures;

import convoy.architectures.Shape.Image;
import convoy.architectures.Shape.Vector;
import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * A convolutional network as data: a graph of operations without cycles. All that follows from the graph alone (shapes,
 * tensors, costs, pictures) is computed here; engines only lower it.
 *
 * @param name what it is called in the catalogue
 * @param input the shape of one image
 * @param nodes in an order in which every node stands after its inputs; the order of their tensors is that of PyTorch's
 *     {@code state_dict}
 * @param heads what is trained; exactly one is not auxiliary
 * @param initialization what the tensors are before training
 */
public record Network(String name, Shape input, List<Node> nodes, List<Head> heads, Initialization initialization) {
    /** The name under which nodes read the network's input. */
    public static final String INPUT = "input";

    /** No network of the catalogue needs a larger side; where the search for the least one gives up. */
    private static final int LARGEST_SIDE_TRIED = 1024;

    public Network {
        nodes = List.copyOf(nodes);
        heads = List.copyOf(heads);
        checkNames(name, nodes);
        Map<String, Shape> shapes = inferOrExplain(name, input, nodes);
        checkHeads(name, nodes, heads, shapes);
        checkUse(name, nodes, heads);
        checkSize(name, tensors(nodes, shapes));
    }

    /** A network that starts with {@linkplain Initialization#he He's initialization}. */
    public Network(String name, Shape input, List<Node> nodes, List<Head> heads) {
        this(name, input, nodes, heads, Initialization.he());
    }

    /** The output shape of every node, in order, after that of {@value #INPUT}. */
    public Map<String, Shape> shapes() {
        return Collections.unmodifiableMap(infer(input, nodes));
    }

    /** All tensors in {@code state_dict} order, trained ones and statistics mixed as they come. */
    public List<Tensor> tensors() {
        return tensors(nodes, infer(input, nodes));
    }

    /** The trained tensors in {@code state_dict} order. */
    public List<Tensor> parameters() {
        return tensors().stream().filter(tensor -> !tensor.role().isStatistic()).toList();
    }

    /** The running statistics in {@code state_dict} order. */
    public List<Tensor> statistics() {
        return tensors().stream().filter(tensor -> tensor.role().isStatistic()).toList();
    }

    /** The number of trained scalars, those of auxiliary heads included. */
    public int parameterCount() {
        return parameters().stream().mapToInt(Tensor::size).sum();
    }

    /** The number of trained scalars that inference needs. */
    public int parameterCountWithoutAuxiliary() {
        return inference().parameterCount();
    }

    /** Multiply-adds of convolutions and dense layers for one image, those of auxiliary heads included. */
    public long multiplyAdds() {
        return multiplyAdds(any -> true);
    }

    /** The part of them that some operations have. */
    public long multiplyAdds(Predicate<Operation> of) {
        Map<String, Shape> shapes = infer(input, nodes);
        return nodes.stream()
                .filter(node -> of.test(node.operation()))
                .mapToLong(node -> node.operation().multiplyAdds(inputs(node, shapes)))
                .sum();
    }

    /** Multiply-adds of convolutions and dense layers for one image in inference: the figure that papers state. */
    public long multiplyAddsWithoutAuxiliary() {
        return inference().multiplyAdds();
    }

    /** Scalars that convolutions and dense layers put out for one image: what training must remember, by and large. */
    public long activations() {
        Map<String, Shape> shapes = infer(input, nodes);
        return nodes.stream()
                .filter(node -> node.operation() instanceof Operation.Convolution
                        || node.operation() instanceof Operation.Dense)
                .mapToLong(node -> shapeOf(node.name(), shapes).size())
                .sum();
    }

    /** The shapes that a node's inputs have. */
    public List<Shape> inputShapes(Node node) {
        return inputs(node, infer(input, nodes));
    }

    /** The number of logits of every head. */
    public int classes() {
        return shapeOf(mainHead().output(), infer(input, nodes)).size();
    }

    /** The head that is scored. */
    public Head mainHead() {
        for (Head head : heads) {
            if (!head.auxiliary()) {
                return head;
            }
        }
        throw new IllegalStateException("the constructor lets no network without a main head through");
    }

    /** This network without its auxiliary heads and the nodes that only they need; dropout stays, as it does nothing. */
    public Network inference() {
        Head main = mainHead();
        if (heads.size() == 1) {
            return this;
        }
        Set<String> needed = needed(nodes, List.of(main));
        List<Node> kept =
                nodes.stream().filter(node -> needed.contains(node.name())).toList();
        return new Network(name, input, kept, List.of(main), initialization);
    }

    /** The same network for images of another shape. */
    public Network withInput(Shape shape) {
        return new Network(name, shape, nodes, heads, initialization);
    }

    /**
     * The same network with convolutions for its dense layers: the same logits from the same flat vector for images of this
     * size, and the mean of the logits of all places for larger ones ({@link #withInput}).
     *
     * @throws BadInputException if something else than dense layers, activations, dropout and batch norm reads its vectors
     */
    public Network denseToConvolution() {
        return FullyConvolutional.of(this);
    }

    /**
     * The same network with zeros for the scales of the last batch norm of every residual branch, so that each block starts as
     * the identity (Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 5.1). The branch is what an addition reads
     * first; those that do not end in a batch norm stay as they are.
     */
    public Network withZeroInitializedBranches() {
        Map<String, Node> byName = new LinkedHashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Map<String, Initialization.Distribution> zeros = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (node.operation() instanceof Operation.Add) {
                Node branch = byName.get(node.inputs().get(0));
                while (branch != null && branch.operation().isIdentityInInference()) {
                    branch = byName.get(branch.inputs().get(0));
                }
                if (branch != null && branch.operation() instanceof Operation.BatchNorm) {
                    zeros.put(branch.name() + ".weight", new Initialization.Constant(0));
                }
            }
        }
        return new Network(name, input, nodes, heads, initialization.withExceptions(zeros));
    }

    /**
     * The flat vector that training starts from: all parameters in {@code state_dict} order, then all statistics.
     *
     * @param seed together with each tensor's name it decides the tensor's values
     */
    public float[] initialize(long seed) {
        List<Tensor> parameters = parameters();
        List<Tensor> statistics = statistics();
        int parameterCount = parameters.stream().mapToInt(Tensor::size).sum();
        float[] flat = new float
                [parameterCount + statistics.stream().mapToInt(Tensor::size).sum()];
        initialization.fill(seed, parameters, flat, 0);
        initialization.fill(seed, statistics, flat, parameterCount);
        return flat;
    }

    /**
     * A SHA-256, in hexadecimal, of what the network computes: input, nodes and heads, not its name nor how it is
     * initialized. Two networks of one fingerprint can read each other's checkpoints.
     */
    public String fingerprint() {
        return CanonicalText.fingerprint(
                "network",
                new Computed(input, nodes, heads.stream().map(Scored::new).toList()));
    }

    /** What a network computes. */
    private record Computed(Shape input, List<Node> nodes, List<Scored> heads) {}

    /** A head without its layers, which say what surgeries do and nothing of what is computed. */
    private record Scored(String name, String output, double weight, boolean auxiliary) {
        Scored(Head head) {
            this(head.name(), head.output(), head.weight(), head.auxiliary());
        }
    }

    private static void checkNames(String name, List<Node> nodes) {
        if (name.isBlank()) {
            throw new BadInputException("a network has a blank name; give it one");
        }
        Set<String> known = new HashSet<>();
        known.add(INPUT);
        for (Node node : nodes) {
            for (String from : node.inputs()) {
                if (!known.contains(from)) {
                    throw new BadInputException("network " + name + ": node " + node.name() + " reads " + from
                            + ", which is no node before it; put nodes after their inputs");
                }
            }
            if (!known.add(node.name())) {
                throw new BadInputException(
                        "network " + name + ": two nodes are called " + node.name() + "; names must be unique");
            }
        }
    }

    private static void checkHeads(String name, List<Node> nodes, List<Head> heads, Map<String, Shape> shapes) {
        long main = heads.stream().filter(head -> !head.auxiliary()).count();
        if (main != 1) {
            throw new BadInputException("network " + name + " has " + main
                    + " heads that are not auxiliary; it needs exactly one, which is scored");
        }
        Set<String> names = new HashSet<>();
        OptionalInt classes = OptionalInt.empty();
        for (Head head : heads) {
            if (!names.add(head.name())) {
                throw new BadInputException(
                        "network " + name + ": two heads are called " + head.name() + "; names must be unique");
            }
            Shape shape = shapes.get(head.output());
            if (shape == null) {
                throw new BadInputException(
                        "network " + name + ": head " + head.name() + " reads " + head.output() + ", which is no node");
            }
            if (!(shape instanceof Vector vector)) {
                throw new BadInputException("network " + name + ": head " + head.name() + " reads an image of " + shape
                        + " from " + head.output() + "; a head needs a vector of logits");
            }
            if (classes.isPresent() && classes.getAsInt() != vector.features()) {
                throw new BadInputException("network " + name + ": head " + head.name() + " has " + vector.features()
                        + " logits where another has " + classes.getAsInt() + "; all heads need one number of classes");
            }
            classes = OptionalInt.of(vector.features());
            for (String layer : head.layers()) {
                if (layer(layer, nodes).isEmpty()) {
                    throw new BadInputException("network " + name + ": head " + head.name() + " names " + layer
                            + " a layer of its own, which is no convolution or dense layer of the network");
                }
            }
        }
    }

    private static Optional<Node> layer(String name, List<Node> nodes) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .filter(node -> node.operation() instanceof Operation.Convolution
                        || node.operation() instanceof Operation.Dense)
                .findFirst();
    }

    private static void checkUse(String name, List<Node> nodes, List<Head> heads) {
        Set<String> needed = needed(nodes, heads);
        for (Node node : nodes) {
            if (!needed.contains(node.name())) {
                throw new BadInputException("network " + name + ": no head needs node " + node.name()
                        + "; leave it out or let a node read it");
            }
        }
    }

    private static void checkSize(String name, List<Tensor> tensors) {
        Set<String> names = new HashSet<>();
        long scalars = 0;
        for (Tensor tensor : tensors) {
            scalars += tensor.size();
            if (!names.add(tensor.name())) {
                throw new BadInputException("network " + name + ": two tensors are called " + tensor.name()
                        + "; rename one of their nodes");
            }
        }
        if (scalars > Integer.MAX_VALUE) {
            throw new BadInputException("network " + name + " has " + scalars
                    + " parameters, more than 2,147,483,647; use a smaller network or input");
        }
    }

    private static Set<String> needed(List<Node> nodes, List<Head> heads) {
        Map<String, Node> byName = new LinkedHashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        heads.forEach(head -> open.add(head.output()));
        while (!open.isEmpty()) {
            String next = open.remove();
            Node node = byName.get(next);
            if (node != null && needed.add(next)) {
                open.addAll(node.inputs());
            }
        }
        return needed;
    }

    private static List<Tensor> tensors(List<Node> nodes, Map<String, Shape> shapes) {
        List<Tensor> tensors = new ArrayList<>();
        for (Node node : nodes) {
            tensors.addAll(node.operation().tensors(node.name(), inputs(node, shapes)));
        }
        return Collections.unmodifiableList(tensors);
    }

    private static Map<String, Shape> infer(Shape input, List<Node> nodes) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(INPUT, input);
        for (Node node : nodes) {
            shapes.put(node.name(), output(node, shapes));
        }
        return shapes;
    }

    private static Shape output(Node node, Map<String, Shape> shapes) {
        try {
            return node.operation().output(inputs(node, shapes));
        } catch (BadInputException e) {
            throw new BadInputException("node " + node.name() + ": " + e.getMessage(), e);
        }
    }

    private static List<Shape> inputs(Node node, Map<String, Shape> shapes) {
        return node.inputs().stream().map(from -> shapeOf(from, shapes)).toList();
    }

    private static Shape shapeOf(String name, Map<String, Shape> shapes) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException(name + " is no node of this network");
        }
        return shape;
    }

    private static Map<String, Shape> inferOrExplain(String name, Shape input, List<Node> nodes) {
        try {
            return infer(input, nodes);
        } catch (BadInputException e) {
            String complaint = "network " + name + ": " + e.getMessage();
            if (input instanceof Image image) {
                int height = leastSide(side -> new Image(image.channels(), side, LARGEST_SIDE_TRIED), nodes);
                int width = leastSide(side -> new Image(image.channels(), LARGEST_SIDE_TRIED, side), nodes);
                if (height > image.height() || width > image.width()) {
                    String least = height == width ? "side is " + height : "input is " + height + "x" + width;
                    throw new BadInputException(
                            complaint + "; the input " + image + " is too small, the least " + least, e);
                }
            }
            throw new BadInputException(complaint, e);
        }
    }

    /** The least side that all shapes can be inferred for; 0 if there is none, as then its length is not to blame. */
    private static int leastSide(IntFunction<Image> image, List<Node> nodes) {
        if (!fits(image.apply(LARGEST_SIDE_TRIED), nodes)) {
            return 0;
        }
        int tooSmall = 0;
        int fitting = LARGEST_SIDE_TRIED;
        while (fitting - tooSmall > 1) {
            int middle = (tooSmall + fitting) / 2;
            if (fits(image.apply(middle), nodes)) {
                fitting = middle;
            } else {
                tooSmall = middle;
            }
        }
        return fitting;
    }

    private static boolean fits(Image input, List<Node> nodes) {
        try {
            infer(input, nodes);
            return true;
        } catch (BadInputException e) {
            return false;
        }
    }
}
