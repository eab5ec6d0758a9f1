package convoy.worker.engine;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tensors of a network that are not trained. No gradient is computed below the lowest tensor that is.
 *
 * @param tensors names of parameters
 * @param inference whether batch norms whose scale and shift are both frozen normalize with their running statistics in
 *     training too, and leave these alone; otherwise they use the batch's and the running ones go on being averaged
 */
public record Frozen(Set<String> tensors, boolean inference) {
    /** Everything is trained. */
    public static final Frozen NOTHING = new Frozen(Set.of(), false);

    public Frozen {
        tensors = Set.copyOf(tensors);
    }

    /** Whether a batch norm's running statistics stay as they are. */
    boolean fixesStatistics(String norm) {
        return inference && tensors.contains(norm + ".weight") && tensors.contains(norm + ".bias");
    }

    /**
     * {@return the names of all tensors that training leaves as they are, running statistics included}
     *
     * @param network whose tensors and shapes are meant
     */
    public Set<String> unchanged(Network network) {
        Set<String> names = new HashSet<>();
        for (Tensor tensor : network.tensors()) {
            if (tensor.role().isStatistic() ? fixesStatistics(tensor.node()) : tensors.contains(tensor.name())) {
                names.add(tensor.name());
            }
        }
        return names;
    }

    /**
     * {@return the nodes that have a trained tensor: what the others' tensors are in the gradient need not be computed}
     *
     * @param network whose tensors and shapes are meant
     */
    public Set<String> trainedNodes(Network network) {
        Set<String> trained = new HashSet<>();
        for (Tensor tensor : network.parameters()) {
            if (!tensors.contains(tensor.name())) {
                trained.add(tensor.node());
            }
        }
        return trained;
    }

    /**
     * {@return the nodes in which a gradient is computed: all, or where something is frozen those that have a trained
     * tensor below or in them}
     *
     * @param network whose tensors and shapes are meant
     */
    public Set<String> differentiated(Network network) {
        if (tensors.isEmpty()) {
            return network.nodes().stream().map(Node::name).collect(Collectors.toSet());
        }
        Set<String> trained = trainedNodes(network);
        Set<String> nodes = new HashSet<>();
        for (Node node : network.nodes()) {
            if (trained.contains(node.name()) || node.inputs().stream().anyMatch(nodes::contains)) {
                nodes.add(node.name());
            }
        }
        return nodes;
    }

    /**
     * {@return the batch norms that normalize with running statistics in training too}
     *
     * @param network whose tensors and shapes are meant
     */
    public Set<String> fixedNorms(Network network) {
        Set<String> norms = new HashSet<>();
        for (Node node : network.nodes()) {
            boolean keepsStatistics = node.operation() instanceof BatchNorm || node.operation() instanceof EvoNormB0;
            if (keepsStatistics && fixesStatistics(node.name())) {
                norms.add(node.name());
            }
        }
        return norms;
    }
}
