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
     * The output's shape.
     *
     * @param inputs the inputs' shapes, in order
     * @throws convoy.records.BadInputException if they do not fit; the message is a clause that the network completes with the
     *     node's name
     */
    Shape output(List<Shape> inputs);

    /** The tensors of a node of this operation, in {@code state_dict} order; empty for most. */
    default List<Tensor> tensors(String node, List<Shape> inputs) {
        return List.of();
    }

    /** Multiplications, each with its addition, for one example; convolutions and dense layers count, nothing else. */
    default long multiplyAdds(List<Shape> inputs) {
        return 0;
    }

    /** Has the visitor's method for this operation do its work. */
    <R> R accept(OperationVisitor<R> visitor);

    /** A few words for tables and pictures, for example {@code conv 3x3, 64, /2}. */
    String label();

    /** Whether this operation changes nothing when a trained network is used. */
    default boolean isIdentityInInference() {
        return false;
    }
}
