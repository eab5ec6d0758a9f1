package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.annotation.Default;
import convoy.records.annotation.Named;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * {@code torch.nn.MaxPool2d}, {@code AvgPool2d} or {@code LPPool2d}. Output sides {@code floor((i + 2 p - k) / s) + 1}; with
 * {@code ceil} rounded up, but no window starts beyond the input and its first padding. Padding never wins a
 * maximum; an average divides by the part of the window inside the padded input if {@code countIncludePad}, inside
 * the input if not. With power p the last is {@code (sum x^p)^(1/p)} over the window: for p = 2, and every other even p, its norm,
 * whatever the signs in it. The powers are PyTorch's: p = 1 is the sum, signs and all, and where p is not even the sum of what may be negative
 * may have no root, which is no number; so it stands behind a ReLU. The sum of a window that reaches beyond the padding is taken as many
 * times as the window is larger than its part within, as PyTorch does, too. Where a sum is zero the gradient is zero.
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
 * @param power of an lp pooling, at least 1; 2 for the others
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
        boolean countIncludePad,
        @Default("2.0") double power)
        implements Operation, PoolingBuilder.With {
    private static final double USUAL_POWER = 2;
    private static final int LARGEST_POWER = 64;

    /** Which number stands for a window. */
    public enum Kind {
        /** The greatest of a window. */
        MAX,
        /** The mean of a window. */
        AVERAGE,
        /** The root of the sum of its powers. */
        LP
    }

    public Pooling {
        Limits.checkWindow(
                "pooling", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
        // As in PyTorch; else a window could lie in the padding alone.
        Limits.atMost("pooling", "paddingHeight", paddingHeight, kernelHeight / 2, "half the kernel");
        Limits.atMost("pooling", "paddingWidth", paddingWidth, kernelWidth / 2, "half the kernel");
        if (!(power >= 1 && power <= LARGEST_POWER) || (kind != Kind.LP && power != USUAL_POWER)) {
            throw new BadInputException("pooling: power = " + power
                    + (kind == Kind.LP
                            ? ", must lie in [1, " + LARGEST_POWER + "]"
                            : ", which only an lp pooling has: leave it out"));
        }
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
                .power(USUAL_POWER)
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
     * {@return the root of the sum of powers over square windows}
     *
     * @param power p, at least 1
     * @param kernel the window's side, in pixels
     * @param stride in pixels, in both directions
     */
    public static Pooling lp(double power, int kernel, int stride) {
        return window(Kind.LP, kernel, kernel).withStride(stride, stride).withPower(power);
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
        String name =
                switch (kind) {
                    case MAX -> "max pool ";
                    case AVERAGE -> "average pool ";
                    case LP -> "l" + (power == Math.rint(power) ? Long.toString((long) power) : power) + " pool ";
                };
        return name + kernelHeight + "x" + kernelWidth + Labels.stride(strideHeight, strideWidth);
    }
}
