package convoy.architectures;

import convoy.architectures.Normalization.BatchNorm;
import convoy.architectures.Regularization.Dropout;
import convoy.architectures.Regularization.SpatialDropout;
import convoy.architectures.Regularization.StochasticDepth;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the nodes of a network. Every method takes the names of a node's inputs and returns the name of the node that
 * it added, for the next one to read.
 */
final class GraphBuilder {
    private final Settings settings;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();

    GraphBuilder(Settings settings) {
        this.settings = settings;
    }

    /** Adds a node; returns its name. */
    String add(String name, Operation operation, String... inputs) {
        nodes.add(new Node(name, operation, List.of(inputs)));
        return name;
    }

    /** Adds a convolution without bias, a batch norm and a ReLU: {@code name.conv}, {@code name.bn}, {@code name.relu}. */
    String unit(String name, Convolution shape, BatchNorm norm, String input) {
        String x = add(name + ".conv", shape.withoutBias(), input);
        x = add(name + ".bn", norm, x);
        return relu(name + ".relu", x);
    }

    /** Adds a ReLU. */
    String relu(String name, String input) {
        return add(name, Activation.relu(), input);
    }

    /** Adds a dropout if the settings want dropout; else returns the input. */
    String dropout(String name, double probability, String input) {
        return settings.dropout() ? add(name, new Dropout(probability), input) : input;
    }

    /** Adds a dropout of whole channels if the settings want dropout; else returns the input. */
    String spatialDropout(String name, double probability, String input) {
        return settings.dropout() ? add(name, new SpatialDropout(probability), input) : input;
    }

    /** Adds a dropout of whole examples if the settings want dropout; else returns the input. */
    String stochasticDepth(String name, double probability, String input) {
        return settings.dropout() ? add(name, new StochasticDepth(probability), input) : input;
    }

    /** Adds a head. */
    void head(Head head) {
        heads.add(head);
    }

    /** The network whose scored logits are the output of {@code logits}. */
    Network build(String logits, Initialization initialization) {
        return build(Head.main(logits), initialization);
    }

    /** The network with this scored head. */
    Network build(Head main, Initialization initialization) {
        List<Head> all = new ArrayList<>();
        all.add(main);
        all.addAll(heads);
        return new Network(settings.name(), settings.input(), nodes, all, initialization);
    }
}
