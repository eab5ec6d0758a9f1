package convoy.architectures.edit;

import convoy.architectures.graph.Node;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What follows where the channels before an operation have become others: a convolution of each channel by itself goes on to be one, and a
 * slice takes the same part. All else reads off its input what it needs, or does not fit, which the network then says.
 */
final class Following {
    private final Map<String, Shape> before;
    private final Map<String, Node> nodesBefore = new HashMap<>();
    private final Map<String, Shape> now = new HashMap<>();

    Following(Map<String, Shape> before, List<Node> nodes) {
        this.before = before;
        nodes.forEach(node -> nodesBefore.put(node.name(), node));
    }

    /** The nodes with the operations that follow from what was changed; as they are from the first on that does not fit. */
    List<Node> follow(String inputName, Shape input, List<Node> nodes) {
        now.put(inputName, input);
        List<Node> followed = new ArrayList<>();
        for (Node node : nodes) {
            Node next = followed(node);
            followed.add(next);
            List<Shape> inputs = new ArrayList<>();
            next.inputs().forEach(name -> {
                Shape shape = now.get(name);
                if (shape != null) {
                    inputs.add(shape);
                }
            });
            try {
                now.put(next.name(), next.operation().output(inputs));
            } catch (BadInputException misfit) {
                // The network's own check tells of it, with the node's name.
                followed.addAll(nodes.subList(followed.size(), nodes.size()));
                return followed;
            }
        }
        return followed;
    }

    private Node followed(Node node) {
        Node old = nodesBefore.get(node.name());
        if (old == null
                || !old.operation().equals(node.operation())
                || node.inputs().isEmpty()) {
            return node;
        }
        Shape was = before.get(old.inputs().get(0));
        Shape is = now.get(node.inputs().get(0));
        if (was == null || is == null || was.channels() == is.channels()) {
            return node;
        }
        return new Node(node.name(), followed(node.operation(), was.channels(), is.channels()), node.inputs());
    }

    private static Operation followed(Operation operation, int was, int is) {
        if (operation instanceof Convolution convolution
                && convolution.groups() > 1
                && convolution.groups() == was
                && convolution.out() % was == 0) {
            return convolution.withOutputs(convolution.out() / was * is, is);
        }
        if (operation instanceof ChannelSlice slice) {
            long begin = (long) slice.begin() * is;
            long end = (long) slice.end() * is;
            if (begin % was == 0 && end % was == 0 && end / was > begin / was) {
                return new ChannelSlice((int) (begin / was), (int) (end / was));
            }
        }
        return operation;
    }
}
