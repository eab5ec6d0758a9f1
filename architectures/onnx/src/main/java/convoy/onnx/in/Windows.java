package convoy.onnx.in;

import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.List;

/**
 * Where the windows of a convolution or a pooling lie; rows first, columns second.
 *
 * @param kernel its sides, without what dilation spreads them to
 * @param strides from one window to the next
 * @param dilations from one row of a window to the next
 * @param begin zeros above and left
 * @param end zeros below and right
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Windows(int[] kernel, int[] strides, int[] dilations, int[] begin, int[] end) {
    static Windows of(Op op, int[] kernel, Image in) {
        int[] strides = op.arguments("strides", 1, 1);
        int[] dilations = op.arguments("dilations", 1, 1);
        if (kernel[0] < 1
                || kernel[1] < 1
                || strides[0] < 1
                || strides[1] < 1
                || dilations[0] < 1
                || dilations[1] < 1) {
            throw new BadInputException("a kernel, stride or dilation of it is 0");
        }
        int[] pads = op.arguments("pads", 0, 0, 0, 0);
        Windows windows =
                new Windows(kernel, strides, dilations, new int[] {pads[0], pads[1]}, new int[] {pads[2], pads[3]});
        return switch (op.text("auto_pad", "NOTSET")) {
            case "NOTSET", "" -> windows;
            case "VALID" -> windows.with(new int[2], new int[2]);
            case "SAME_UPPER" -> windows.same(in, false);
            case "SAME_LOWER" -> windows.same(in, true);
            default -> throw new BadInputException("auto_pad = " + op.text("auto_pad", "") + " is not known");
        };
    }

    private Windows with(int[] newBegin, int[] newEnd) {
        return new Windows(kernel, strides, dilations, newBegin, newEnd);
    }

    /** With zeros so that there is a window for each stride that has begun; an odd one goes to the end, or to the begin. */
    private Windows same(Image in, boolean lower) {
        int[] sides = {in.height(), in.width()};
        int[] newBegin = new int[2];
        int[] newEnd = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            int out = (sides[axis] + strides[axis] - 1) / strides[axis];
            int all = Math.max(0, (out - 1) * strides[axis] + reach(axis) - sides[axis]);
            newBegin[axis] = lower ? all - all / 2 : all / 2;
            newEnd[axis] = all - newBegin[axis];
        }
        return with(newBegin, newEnd);
    }

    /** {@return the same with zeros that were put around before: top, left, bottom, right} */
    Windows withPads(List<Integer> pads) {
        return with(
                new int[] {begin[0] + pads.get(0), begin[1] + pads.get(1)},
                new int[] {end[0] + pads.get(2), end[1] + pads.get(3)});
    }

    /** {@return how many rows or columns of the input a window spans} */
    int reach(int axis) {
        return dilations[axis] * (kernel[axis] - 1) + 1;
    }

    /** {@return how many windows there are} */
    int count(int axis, int side, boolean ceil) {
        int room = side + begin[axis] + end[axis] - reach(axis);
        return Math.floorDiv(room + (ceil ? strides[axis] - 1 : 0), strides[axis]) + 1;
    }

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
                throw new BadInputException("it has " + Counts.plain(begin, "zero") + " before and " + end
                        + " behind, further apart than its kernel is long");
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
}
