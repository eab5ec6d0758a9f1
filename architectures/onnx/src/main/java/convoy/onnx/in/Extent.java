package convoy.onnx.in;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.List;

/** Extents of tensors, as numbers that a file may have made as large as it likes. */
final class Extent {
    /** No kernel, stride or padding of a network is as large. */
    static final int LARGEST_ARGUMENT = 1 << 16;

    private Extent() {}

    /** {@return the product of extents} */
    static long product(List<Integer> dims) {
        long product = 1;
        for (int dim : dims) {
            product *= dim;
            if (dim < 0 || product > Integer.MAX_VALUE) {
                throw new BadInputException("a tensor of " + dims + " has more than 2,147,483,647 numbers");
            }
        }
        return product;
    }

    /** {@return a number that stands for an extent} */
    static int of(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new BadInputException("an extent of " + value + " is none");
        }
        return (int) value;
    }

    /** {@return a kernel's side, a stride, a padding} */
    static int argument(String name, long value) {
        if (value < 0 || value > LARGEST_ARGUMENT) {
            throw new BadInputException(name + " = " + value + ", must lie between 0 and " + LARGEST_ARGUMENT);
        }
        return (int) value;
    }

    /** {@return an axis from the begin, the examples' being 0; it may be counted from the end} */
    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new BadInputException("axis = " + axis + " of what has " + Counts.plain(rank, "axis", "axes"));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }
}
