package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.annotation.Named;
import java.util.List;

/**
 * {@code torch.nn.MaxPool2d} or {@code AvgPool2d}. Output sides {@code floor((i + 2 p - k) / s) + 1}; with
 * {@code ceil} rounded up, but no window starts beyond the input and its first padding. Padding never wins a
 * maximum; an average divides by the part of the window inside the padded input if {@code countIncludePad}, inside
 * the input if not.
 */
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
        implements Operation {
    /** Which number stands for a window. */
    public enum Kind {
        MAX,
        AVERAGE
    }

    public Pooling {
        Limits.checkWindow(
                "pooling", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
        // As in PyTorch; else a window could lie in the padding alone.
        Limits.atMost("pooling", "paddingHeight", paddingHeight, kernelHeight / 2, "half the kernel");
        Limits.atMost("pooling", "paddingWidth", paddingWidth, kernelWidth / 2, "half the kernel");
    }

    /** Maximum over square windows. */
    public static Pooling max(int kernel, int stride, int padding) {
        return new Pooling(Kind.MAX, kernel, kernel, stride, stride, padding, padding, false, true);
    }

    /** Mean over square windows; zeros of the padding count, as is PyTorch's default. */
    public static Pooling average(int kernel, int stride, int padding) {
        return new Pooling(Kind.AVERAGE, kernel, kernel, stride, stride, padding, padding, false, true);
    }

    /** The same without the zeros of the padding in any average. */
    public Pooling withoutCountingPad() {
        return new Pooling(
                kind, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth, ceil, false);
    }

    /** The same with output sides rounded up. */
    public Pooling withCeil() {
        return new Pooling(
                kind,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                paddingHeight,
                paddingWidth,
                true,
                countIncludePad);
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
