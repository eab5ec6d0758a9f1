package convoy.architectures.graph;

import convoy.records.BadInputException;
import java.util.List;

/**
 * An output that is trained: softmax cross-entropy of a node's logits.
 *
 * @param name what metrics call it
 * @param output the node whose output, a vector of one logit for each class, it reads
 * @param weight the factor of its loss in the sum that is trained
 * @param auxiliary whether it only helps training and is left out of inference and of the reported score
 * @param layers the nodes that have an output for each class; none: the last layer before the logits alone
 */
public record Head(String name, String output, double weight, boolean auxiliary, List<String> layers) {
    public Head {
        layers = List.copyOf(layers);
        if (name.isBlank()) {
            throw new BadInputException("the head of node " + output + " has no name; give it one");
        }
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new BadInputException("head " + name + ": weight = " + weight + ", must be positive and finite");
        }
    }

    /**
     * A head of one layer.
     *
     * @param name what metrics call it
     * @param output the node whose output, a vector of one logit for each class, it reads
     * @param weight the factor of its loss in the sum that is trained
     * @param auxiliary whether it only helps training
     */
    public Head(String name, String output, double weight, boolean auxiliary) {
        this(name, output, weight, auxiliary, List.of());
    }

    /**
     * {@return the head that is scored, with weight 1}
     *
     * @param output the node whose output, a vector of one logit for each class, it reads
     */
    public static Head main(String output) {
        return new Head("main", output, 1, false);
    }

    /**
     * {@return the same of another node's output}
     *
     * @param node the node whose output, a vector of one logit for each class, it reads
     */
    public Head reading(String node) {
        return new Head(name, node, weight, auxiliary, layers);
    }

    /**
     * {@return the same with another weight}
     *
     * @param factor of its loss in the sum that is trained
     */
    public Head weighing(double factor) {
        return new Head(name, output, factor, auxiliary, layers);
    }

    /**
     * {@return the same with these layers, where more than the last one is as wide as there are classes}
     *
     * @param nodes their names
     */
    public Head withLayers(List<String> nodes) {
        return new Head(name, output, weight, auxiliary, nodes);
    }
}
