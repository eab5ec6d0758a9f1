package convoy.onnx.in;

import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.List;

/**
 * A convolution whose padding is not the same on both sides, as one whose is: what is missing on one side is added there, and
 * the kernel gets rows of zeros that skip it. Where nothing is missing, because no window reaches what is beyond, there are none.
 *
 * @param windows of the convolution
 * @param top rows of zeros before the kernel's own
 * @param bottom rows of zeros behind them
 * @param left columns of zeros before the kernel's own
 * @param right columns of zeros behind them
 */
record Uneven(Windows windows, int top, int bottom, int left, int right) {
    static Uneven of(Windows windows, Image in) {
        int[] rows = missing(windows, 0, in.height());
        int[] columns = missing(windows, 1, in.width());
        return new Uneven(windows, rows[0], rows[1], columns[0], columns[1]);
    }

    /** Zeros before and behind the kernel's own, along an axis. */
    private static int[] missing(Windows windows, int axis, int side) {
        int begin = windows.begin()[axis];
        int end = windows.end()[axis];
        int even = Math.floorDiv(side + 2 * begin - windows.reach(axis), windows.strides()[axis]) + 1;
        if (begin == end || even == windows.count(axis, side, false)) {
            return new int[] {0, 0};
        }
        if (windows.dilations()[axis] != 1 && windows.kernel()[axis] != 1) {
            throw new BadInputException("it has uneven padding, " + begin + " before and " + end
                    + " behind, and a dilated kernel: an operation that pads an image is needed");
        }
        if (Math.abs(begin - end) > windows.kernel()[axis]) {
            throw new BadInputException(
                    "it has " + begin + " zeros before and " + end + " behind, further apart than its kernel is long");
        }
        return begin < end ? new int[] {end - begin, 0} : new int[] {0, begin - end};
    }

    boolean isUneven() {
        return rows() > 0 || columns() > 0;
    }

    int rows() {
        return top + bottom;
    }

    int columns() {
        return left + right;
    }

    int paddingHeight() {
        return rows() == 0 ? windows.begin()[0] : Math.max(windows.begin()[0], windows.end()[0]);
    }

    int paddingWidth() {
        return columns() == 0 ? windows.begin()[1] : Math.max(windows.begin()[1], windows.end()[1]);
    }

    /** {@return a weight with its zeros} */
    Numbers spread(Numbers weight) {
        List<Integer> dims = weight.dims();
        int height = dims.get(2);
        int width = dims.get(3);
        List<Integer> spread = List.of(dims.get(0), dims.get(1), height + rows(), width + columns());
        Extent.product(spread);
        return new Numbers(weight.name(), spread, () -> {
            float[] from = weight.values();
            float[] to = new float[Math.toIntExact(Extent.product(spread))];
            int kernels = dims.get(0) * dims.get(1);
            for (int kernel = 0; kernel < kernels; kernel++) {
                for (int row = 0; row < height; row++) {
                    int begin = (kernel * spread.get(2) + row + top) * spread.get(3) + left;
                    System.arraycopy(from, (kernel * height + row) * width, to, begin, width);
                }
            }
            return to;
        });
    }
}
