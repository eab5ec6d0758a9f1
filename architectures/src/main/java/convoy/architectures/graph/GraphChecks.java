package convoy.architectures.graph;

import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;

/** What makes nodes and heads a network; what does not is refused with a line that names the node or head. */
final class GraphChecks {
    /** No network of the catalogue needs a larger side; where the search for the least one gives up. */
    private static final int LARGEST_SIDE_TRIED = 1024;

    private GraphChecks() {}

    /**
     * Refuses what is no network.
     *
     * @throws BadInputException if names are taken twice or stand for nothing, shapes do not fit, no head is scored, no head
     *     needs a node, or there are too many parameters
     */
    static void check(String name, Shape input, List<Node> nodes, List<Head> heads) {
        checkNames(name, nodes);
        Shapes shapes = inferOrExplain(name, input, nodes);
        checkHeads(name, nodes, heads, shapes);
        checkUse(name, nodes, heads);
        checkSize(name, shapes.tensors(nodes));
    }

    private static void checkNames(String name, List<Node> nodes) {
        if (name.isBlank()) {
            throw new BadInputException("a network has a blank name; give it one");
        }
        Set<String> known = new HashSet<>();
        known.add(Network.INPUT);
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

    private static void checkHeads(String name, List<Node> nodes, List<Head> heads, Shapes shapes) {
        long main = heads.stream().filter(head -> !head.auxiliary()).count();
        if (main != 1) {
            throw new BadInputException("network " + name + " has " + Counts.plain(main, "head")
                    + " that are not auxiliary; it needs exactly one, which is scored");
        }
        Set<String> names = new HashSet<>();
        OptionalInt classes = OptionalInt.empty();
        for (Head head : heads) {
            if (!names.add(head.name())) {
                throw new BadInputException(
                        "network " + name + ": two heads are called " + head.name() + "; names must be unique");
            }
            Shape shape = shapes.byName().get(head.output());
            if (shape == null) {
                throw new BadInputException(
                        "network " + name + ": head " + head.name() + " reads " + head.output() + ", which is no node");
            }
            if (!(shape instanceof Vector vector)) {
                throw new BadInputException("network " + name + ": head " + head.name() + " reads an image of " + shape
                        + " from " + head.output() + "; a head needs a vector of logits");
            }
            if (classes.isPresent() && classes.getAsInt() != vector.features()) {
                throw new BadInputException("network " + name + ": head " + head.name() + " has "
                        + Counts.plain(vector.features(), "logit") + " where another has " + classes.getAsInt()
                        + "; all heads need one number of classes");
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
                .filter(node -> node.operation() instanceof Convolution || node.operation() instanceof Dense)
                .findFirst();
    }

    private static void checkUse(String name, List<Node> nodes, List<Head> heads) {
        Set<String> needed = Network.needed(nodes, heads);
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
            throw new BadInputException("network " + name + " has " + Counts.plain(scalars, "parameter")
                    + ", more than 2,147,483,647; use a smaller network or input");
        }
    }

    private static Shapes inferOrExplain(String name, Shape input, List<Node> nodes) {
        try {
            return Shapes.infer(input, nodes);
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
            Shapes.infer(input, nodes);
            return true;
        } catch (BadInputException e) {
            return false;
        }
    }
}
