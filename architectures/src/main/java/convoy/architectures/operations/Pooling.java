package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.annotation.Named;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * {@code torch.nn.MaxPool2d} or {@code AvgPool2d}. Output sides {@code floor((i + 2 p - k) / s) + 1}; with
 * {@code ceil} rounded up, but no window starts beyond the input and its first padding. Padding never wins a
 * maximum; an average divides by the part of the window inside the padded input if {@code countIncludePad}, inside
 * the input if not.
 *
 * @param kind which number stands for a window
 * @param kernelHeight of a window, in pixels, at least 1
 * @param kernelWidth of a window, in pixels, at least 1
 * @param strideHeight from one output row to the next, in input rows
 * @param strideWidth from one output column to the next, in input columns
 * @param paddingHeight rows above and below, at most half a window
 * @param paddingWidth columns left and right, at most half a window
 * @param ceil whether sides of the output are rounded up
 * @param countIncludePad whether the padding counts in an average
 */
@RecordBuilder
public record Pooling(
        @Named("of") Kind kind,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        boolean ceil,
        boolean countIncludePad)
        implements Operation, PoolingBuilder.With {
    /** Which number stands for a window. */
    public enum Kind {
        /** The greatest of a window. */
        MAX,
        /** The mean of a window. */
        AVERAGE
    }

    public Pooling {
        Limits.checkWindow(
                "pooling", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
        // As in PyTorch; else a window could lie in the padding alone.
        Limits.atMost("pooling", "paddingHeight", paddingHeight, kernelHeight / 2, "half the kernel");
        Limits.atMost("pooling", "paddingWidth", paddingWidth, kernelWidth / 2, "half the kernel");
    }

    /**
     * {@return windows {@code height x width}, one step at a time, without padding} Zeros of a padding would count in
     * an average.
     *
     * @param kind which number stands for a window
     * @param height of a window, in pixels
     * @param width of a window, in pixels
     */
    public static Pooling window(Kind kind, int height, int width) {
        return PoolingBuilder.builder()
                .kind(kind)
                .kernelHeight(height)
                .kernelWidth(width)
                .strideHeight(1)
                .strideWidth(1)
                .countIncludePad(true)
                .build();
    }

    /**
     * {@return a maximum over square windows}
     *
     * @param kernel the window's side, in pixels
     * @param stride in pixels, in both directions
     * @param padding on every side, in pixels
     */
    public static Pooling max(int kernel, int stride, int padding) {
        return window(Kind.MAX, kernel, kernel).withStride(stride, stride).withPadding(padding, padding);
    }

    /**
     * {@return a mean over square windows; zeros of the padding count, as is PyTorch's default}
     *
     * @param kernel the window's side, in pixels
     * @param stride in pixels, in both directions
     * @param padding on every side, in pixels
     */
    public static Pooling average(int kernel, int stride, int padding) {
        return window(Kind.AVERAGE, kernel, kernel).withStride(stride, stride).withPadding(padding, padding);
    }

    /**
     * {@return the same in other steps}
     *
     * @param height from one output row to the next, in input rows
     * @param width from one output column to the next, in input columns
     */
    public Pooling withStride(int height, int width) {
        return with().strideHeight(height).strideWidth(width).build();
    }

    /**
     * {@return the same with so much padding on each side}
     *
     * @param height rows above and below
     * @param width columns left and right
     */
    public Pooling withPadding(int height, int width) {
        return with().paddingHeight(height).paddingWidth(width).build();
    }

    /** {@return the same without the zeros of the padding in any average} */
    public Pooling withoutCountingPad() {
        return withCountIncludePad(false);
    }

    /** {@return the same with output sides rounded up} */
    public Pooling withCeil() {
        return withCeil(true);
    }

    @Override
    public Image output(List<Shape> inputs) {
        Image in = Inputs.image(inputs, "pooling");
        int height = side(in.height(), kernelHeight, strideHeight, paddingHeight);
        int width = side(in.width(), kernelWidth, strideWidth, paddingWidth);
        if (height < 1 || width < 1) {
            throw new BadInputException("a pooling of " + kernelHeight + "x" + kernelWidth
                    + Labels.padded(paddingHeight, paddingWidth) + " gets " + in
                    + ", which is smaller than its window");
        }
        return new Image(in.channels(), height, width);
    }

    private int side(int in, int kernel, int stride, int padding) {
        int room = in + 2 * padding - kernel + (ceil ? stride - 1 : 0);
        int out = Math.floorDiv(room, stride) + 1;
        return ceil && (out - 1) * stride >= in + padding ? out - 1 : out;
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.pooling(this);
    }

    @Override
    public String label() {
        return (kind == Kind.MAX ? "max pool " : "average pool ") + kernelHeight + "x" + kernelWidth
                + Labels.stride(strideHeight, strideWidth);
    }
}
