package convoy.architectures.graph;

import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import convoy.records.CanonicalText;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    public Network {
        nodes = List.copyOf(nodes);
        heads = List.copyOf(heads);
        GraphChecks.check(name, input, nodes, heads);
    }

    /**
     * A network that starts with {@linkplain Initialization#he He's initialization}.
     *
     * @param name what it is called in the catalogue
     * @param input the shape of one image
     * @param nodes in an order in which every node stands after its inputs
     * @param heads what is trained; exactly one is not auxiliary
     */
    public Network(String name, Shape input, List<Node> nodes, List<Head> heads) {
        this(name, input, nodes, heads, Initialization.he());
    }

    /** {@return the output shape of every node, in order, after that of {@value #INPUT}} */
    public Map<String, Shape> shapes() {
        return Collections.unmodifiableMap(inferred().byName());
    }

    /** {@return all tensors in {@code state_dict} order, trained ones and statistics mixed as they come} */
    public List<Tensor> tensors() {
        return inferred().tensors(nodes);
    }

    /** {@return the trained tensors in {@code state_dict} order} */
    public List<Tensor> parameters() {
        return tensors().stream().filter(tensor -> !tensor.role().isStatistic()).toList();
    }

    /** {@return the running statistics in {@code state_dict} order} */
    public List<Tensor> statistics() {
        return tensors().stream().filter(tensor -> tensor.role().isStatistic()).toList();
    }

    /** {@return the number of trained scalars, those of auxiliary heads included} */
    public int parameterCount() {
        return parameters().stream().mapToInt(Tensor::size).sum();
    }

    /** {@return the number of trained scalars that inference needs} */
    public int parameterCountWithoutAuxiliary() {
        return inference().parameterCount();
    }

    /** {@return the multiply-adds of convolutions and dense layers for one image, those of auxiliary heads included} */
    public long multiplyAdds() {
        return multiplyAdds(any -> true);
    }

    /**
     * {@return the part of them that some operations have}
     *
     * @param of which operations are counted
     */
    public long multiplyAdds(Predicate<Operation> of) {
        Shapes shapes = inferred();
        return nodes.stream()
                .filter(node -> of.test(node.operation()))
                .mapToLong(node -> node.operation().multiplyAdds(shapes.inputs(node)))
                .sum();
    }

    /**
     * {@return the multiply-adds of convolutions and dense layers for one image in inference: the figure that papers state}
     */
    public long multiplyAddsWithoutAuxiliary() {
        return inference().multiplyAdds();
    }

    /**
     * {@return the scalars that convolutions and dense layers put out for one image: what training must remember, by and
     * large}
     */
    public long activations() {
        Shapes shapes = inferred();
        return nodes.stream()
                .filter(node -> node.operation() instanceof Convolution || node.operation() instanceof Dense)
                .mapToLong(node -> shapes.of(node.name()).size())
                .sum();
    }

    /**
     * {@return the shapes that a node's inputs have, in the order of its inputs}
     *
     * @param node one of this network's
     */
    public List<Shape> inputShapes(Node node) {
        return inferred().inputs(node);
    }

    /** {@return the number of logits of every head} */
    public int classes() {
        return inferred().of(mainHead().output()).size();
    }

    /** {@return the head that is scored} */
    public Head mainHead() {
        for (Head head : heads) {
            if (!head.auxiliary()) {
                return head;
            }
        }
        throw new IllegalStateException("the constructor lets no network without a main head through");
    }

    /**
     * {@return this network without its auxiliary heads and the nodes that only they need; dropout stays, as it does
     * nothing}
     */
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

    /** The names of the nodes that some heads need. */
    static Set<String> needed(List<Node> nodes, List<Head> heads) {
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

    /**
     * {@return the same network for images of another shape}
     *
     * @param shape of one image
     */
    public Network withInput(Shape shape) {
        return new Network(name, shape, nodes, heads, initialization);
    }

    /**
     * {@return the same network with zeros for the scales of the last batch norm of every residual branch, so that each
     * block starts as the identity (Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 5.1)} The branch is what an
     * addition reads first; those that do not end in a batch norm stay as they are.
     */
    public Network withZeroInitializedBranches() {
        Map<String, Node> byName = new LinkedHashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Map<String, Initialization.Distribution> zeros = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (node.operation() instanceof Add) {
                Node branch = byName.get(node.inputs().get(0));
                while (branch != null && branch.operation().isIdentityInInference()) {
                    branch = byName.get(branch.inputs().get(0));
                }
                if (branch != null && branch.operation() instanceof BatchNorm) {
                    zeros.put(branch.name() + ".weight", new Initialization.Constant(0));
                }
            }
        }
        return new Network(name, input, nodes, heads, initialization.withExceptions(zeros));
    }

    /**
     * {@return the flat vector that training starts from: all parameters in {@code state_dict} order, then all
     * statistics}
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
     * {@return a SHA-256, in hexadecimal, of what the network computes: input, nodes and heads, not its name nor how it
     * is initialized} Two networks of one fingerprint can read each other's checkpoints.
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

    private Shapes inferred() {
        return Shapes.infer(input, nodes);
    }
}
