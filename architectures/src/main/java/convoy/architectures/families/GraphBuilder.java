package convoy.architectures.families;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the nodes of a network. Every method takes the names of a node's inputs and returns the name of the node that
 * it added, for the next one to read.
 */
public final class GraphBuilder {
    private final Settings settings;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();

    /** @param settings whose name and input the network has, and which say whether it has dropout */
    public GraphBuilder(Settings settings) {
        this.settings = settings;
    }

    /**
     * Adds a node.
     *
     * @param name of the node, no other's in the graph; a prefix of its tensors' names
     * @param operation what the node computes
     * @param inputs the nodes whose outputs it reads, in the operation's order
     * @return the node's name
     */
    public String add(String name, Operation operation, String... inputs) {
        nodes.add(new Node(name, operation, List.of(inputs)));
        return name;
    }

    /**
     * Adds a convolution without bias, a batch norm and a ReLU: {@code name.conv}, {@code name.bn}, {@code name.relu}.
     *
     * @param name of the three nodes, before their own suffixes; a prefix of their tensors' names
     * @param shape of the convolution, whose bias is left out
     * @param norm of its output's channels
     * @param input the node whose output it reads, or {@link Network#INPUT}
     * @return the name of the ReLU
     */
    public String unit(String name, Convolution shape, BatchNorm norm, String input) {
        String x = add(name + ".conv", shape.withoutBias(), input);
        x = add(name + ".bn", norm, x);
        return relu(name + ".relu", x);
    }

    /**
     * Adds a ReLU.
     *
     * @param name of the node, no other's in the graph; a prefix of its tensors' names
     * @param input the node whose output it reads, or {@link Network#INPUT}
     * @return the node's name
     */
    public String relu(String name, String input) {
        return add(name, Activation.relu(), input);
    }

    /**
     * Adds a dropout if the settings want dropout; else returns the input.
     *
     * @param name of the node, no other's in the graph; a prefix of its tensors' names
     * @param probability of leaving out, in [0, 1)
     * @param input the node whose output it reads, or {@link Network#INPUT}
     * @return the name of the node, or the input
     */
    public String dropout(String name, double probability, String input) {
        return settings.dropout() ? add(name, new Dropout(probability), input) : input;
    }

    /**
     * Adds a dropout of whole channels if the settings want dropout; else returns the input.
     *
     * @param name of the node, no other's in the graph; a prefix of its tensors' names
     * @param probability of leaving out, in [0, 1)
     * @param input the node whose output it reads, or {@link Network#INPUT}
     * @return the name of the node, or the input
     */
    public String spatialDropout(String name, double probability, String input) {
        return settings.dropout() ? add(name, new SpatialDropout(probability), input) : input;
    }

    /**
     * Adds a dropout of whole examples if the settings want dropout; else returns the input.
     *
     * @param name of the node, no other's in the graph; a prefix of its tensors' names
     * @param probability of leaving out, in [0, 1)
     * @param input the node whose output it reads, or {@link Network#INPUT}
     * @return the name of the node, or the input
     */
    public String stochasticDepth(String name, double probability, String input) {
        return settings.dropout() ? add(name, new StochasticDepth(probability), input) : input;
    }

    /**
     * Adds a head.
     *
     * @param head an auxiliary one; the scored one is given to {@link #build}
     */
    public void head(Head head) {
        heads.add(head);
    }

    /**
     * {@return the network whose scored logits are the output of {@code logits}}
     *
     * @param logits the node whose output, a vector of one logit for each class, is scored
     * @param initialization what its tensors are before training
     */
    public Network build(String logits, Initialization initialization) {
        return build(Head.main(logits), initialization);
    }

    /**
     * {@return the network with this scored head}
     *
     * @param main not auxiliary
     * @param initialization what its tensors are before training
     */
    public Network build(Head main, Initialization initialization) {
        List<Head> all = new ArrayList<>();
        all.add(main);
        all.addAll(heads);
        return new Network(settings.name(), settings.input(), nodes, all, initialization);
    }
}
