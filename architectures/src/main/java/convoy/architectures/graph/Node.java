package convoy.architectures.graph;

import convoy.architectures.operations.Operation;
import convoy.records.BadInputException;
import java.util.List;

/**
 * One operation in its place in a network.
 *
 * @param name unique in its network; the names of its tensors begin with it, as PyTorch's module path does
 * @param operation what it computes
 * @param inputs the nodes whose outputs it reads, in order; {@value Network#INPUT} is the network's input
 */
public record Node(String name, Operation operation, List<String> inputs) {
    public Node {
        if (name.isBlank()) {
            throw new BadInputException("a node has a blank name; every node needs one");
        }
        inputs = List.copyOf(inputs);
    }
}
