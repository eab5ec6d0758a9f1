package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Tensor;
import java.util.List;

/**
 * What a node computes. Every operation has exactly PyTorch's meaning (of the module or function that its Javadoc
 * names), so that weights trained there or here mean the same; shapes are those of one example. Those that are alike stand
 * together: {@link Normalization}, {@link Join}, {@link ChannelOperation} and {@link Regularization} are closed as well.
 */
public sealed interface Operation
        permits Convolution,
                Dense,
                Activation,
                Normalization,
                Pooling,
                AdaptiveAveragePool,
                Join,
                ChannelOperation,
                Flatten,
                Scale,
                Regularization {
    /**
     * {@return the output's shape}
     *
     * @param inputs the inputs' shapes, in order
     * @throws convoy.records.BadInputException if they do not fit; the message is a clause that the network completes
     *     with the node's name
     */
    Shape output(List<Shape> inputs);

    /**
     * {@return the tensors of a node of this operation, in {@code state_dict} order; empty for most}
     *
     * @param node the node's name, with which the tensors' names begin
     * @param inputs the inputs' shapes, in order
     */
    default List<Tensor> tensors(String node, List<Shape> inputs) {
        return List.of();
    }

    /**
     * {@return multiplications, each with its addition, for one example; convolutions and dense layers count, nothing
     * else}
     *
     * @param inputs the inputs' shapes, in order
     */
    default long multiplyAdds(List<Shape> inputs) {
        return 0;
    }

    /**
     * Has the visitor's method for this operation do its work.
     *
     * @param <R> what comes of it
     * @param visitor who does something else with each kind of operation
     * @return what the method returned
     */
    <R> R accept(OperationVisitor<R> visitor);

    /** {@return a few words for tables and pictures, for example {@code conv 3x3, 64, /2}} */
    String label();

    /** {@return whether this operation changes nothing when a trained network is used} */
    default boolean isIdentityInInference() {
        return false;
    }
}
