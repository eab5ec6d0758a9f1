package convoy.architectures.tensor;

import convoy.records.BadInputException;
import java.util.List;

/**
 * A tensor that a network owns.
 *
 * @param name the name PyTorch's {@code state_dict} gives it, for example {@code layer1.0.conv1.weight}
 * @param shape its extents in PyTorch's layout, row-major
 * @param role what it is, which decides its initialization and whether weight decay touches it
 * @param node the node it belongs to
 */
public record Tensor(String name, List<Integer> shape, Role role, String node) {
    /** What a tensor is to its operation. */
    public enum Role {
        /** {@code [out, in / groups, kernel height, kernel width]}. */
        CONVOLUTION_WEIGHT,
        /** {@code [out, in]}. */
        DENSE_WEIGHT,
        /** {@code [out]} of a convolution or a dense layer. */
        BIAS,
        /** The factor (gamma) of a normalization, {@code [channels]}, or another that starts at 1 and does not decay. */
        NORM_SCALE,
        /** The summand (beta) of a normalization, {@code [channels]}. */
        NORM_SHIFT,
        /** Running mean of a batch norm, {@code [channels]}; not trained. */
        RUNNING_MEAN,
        /** Running unbiased variance of a batch norm, {@code [channels]}; not trained. */
        RUNNING_VARIANCE;

        /** {@return whether this is a statistic of the data seen and not a trained parameter} */
        public boolean isStatistic() {
            return this == RUNNING_MEAN || this == RUNNING_VARIANCE;
        }
    }

    public Tensor {
        shape = List.copyOf(shape);
        long size = 1;
        for (int extent : shape) {
            size *= extent;
            if (extent < 1 || size > Integer.MAX_VALUE) {
                throw new BadInputException("tensor " + name + " of shape " + shape
                        + " does not have between 1 and 2,147,483,647 scalars; use a smaller network or input");
            }
        }
    }

    /** {@return the number of scalars} */
    public int size() {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        return size;
    }

    /** {@return how many inputs one output of the layer sees: the product of all extents but the first} */
    public int fanIn() {
        return size() / shape.get(0);
    }

    /** {@return how many outputs one input of the layer reaches, as PyTorch counts them: {@code out * kernel area}} */
    public int fanOut() {
        int fan = shape.get(0);
        for (int i = 2; i < shape.size(); i++) {
            fan *= shape.get(i);
        }
        return fan;
    }
}
