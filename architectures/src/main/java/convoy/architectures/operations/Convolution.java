package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.Conv2d}: cross-correlation with zero padding. Output sides
 * {@code floor((i + 2 p - d (k - 1) - 1) / s) + 1}.
 *
 * <p>Tensors: {@code weight [out, in / groups, kernelHeight, kernelWidth]}, and {@code bias [out]} if it has one.
 *
 * @param out channels of the output
 * @param kernelHeight of the kernel, in pixels, at least 1
 * @param kernelWidth of the kernel, in pixels, at least 1
 * @param strideHeight from one output row to the next, in input rows
 * @param strideWidth from one output column to the next, in input columns
 * @param paddingHeight rows of zeros above and below
 * @param paddingWidth columns of zeros left and right
 * @param dilationHeight from one row of the kernel to the next, in input rows
 * @param dilationWidth from one column of the kernel to the next, in input columns
 * @param groups how many, each with its own part of the channels of input and output
 * @param bias whether a number is added to every channel of the output
 */
@RecordBuilder
public record Convolution(
        int out,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        int dilationHeight,
        int dilationWidth,
        int groups,
        boolean bias)
        implements Operation, ConvolutionBuilder.With {
    public Convolution {
        Limits.atLeast("convolution", "out", out, 1);
        Limits.checkWindow(
                "convolution", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
        Limits.atLeast("convolution", "dilationHeight", dilationHeight, 1);
        Limits.atLeast("convolution", "dilationWidth", dilationWidth, 1);
        Limits.atLeast("convolution", "groups", groups, 1);
        if (out % groups != 0) {
            throw new BadInputException("convolution: out = " + out + " is not divisible by groups = " + groups);
        }
    }

    /**
     * {@return a kernel {@code height x width} with bias, one step at a time, without padding}
     *
     * @param out channels of the output
     * @param height of the kernel, in pixels
     * @param width of the kernel, in pixels
     */
    public static Convolution window(int out, int height, int width) {
        return ConvolutionBuilder.builder()
                .out(out)
                .kernelHeight(height)
                .kernelWidth(width)
                .strideHeight(1)
                .strideWidth(1)
                .dilationHeight(1)
                .dilationWidth(1)
                .groups(1)
                .bias(true)
                .build();
    }

    /**
     * {@return a square kernel with bias}
     *
     * @param out channels of the output
     * @param kernel its side, in pixels
     * @param stride in pixels, in both directions
     * @param padding zeros on every side, in pixels
     */
    public static Convolution square(int out, int kernel, int stride, int padding) {
        return window(out, kernel, kernel).withStride(stride, stride).withPadding(padding, padding);
    }

    /**
     * {@return a row {@code 1 x length} with bias, padded so that sides stay}
     *
     * @param out channels of the output
     * @param length in pixels, odd
     */
    public static Convolution row(int out, int length) {
        return window(out, 1, length).withPadding(0, length / 2);
    }

    /**
     * {@return a column {@code length x 1} with bias, padded so that sides stay}
     *
     * @param out channels of the output
     * @param length in pixels, odd
     */
    public static Convolution column(int out, int length) {
        return window(out, length, 1).withPadding(length / 2, 0);
    }

    /**
     * {@return the same in other steps}
     *
     * @param height from one output row to the next, in input rows
     * @param width from one output column to the next, in input columns
     */
    public Convolution withStride(int height, int width) {
        return with().strideHeight(height).strideWidth(width).build();
    }

    /**
     * {@return the same with so many zeros on each side}
     *
     * @param height rows of zeros above and below
     * @param width columns of zeros left and right
     */
    public Convolution withPadding(int height, int width) {
        return with().paddingHeight(height).paddingWidth(width).build();
    }

    /**
     * {@return the same with its kernel spread so far}
     *
     * @param height from one row of the kernel to the next, in input rows
     * @param width from one column of the kernel to the next, in input columns
     */
    public Convolution withDilation(int height, int width) {
        return with().dilationHeight(height).dilationWidth(width).build();
    }

    /**
     * {@return the same with this many output channels, in so many groups}
     *
     * @param channels of the output
     * @param inGroups the number of groups, which divides the channels of input and output
     */
    public Convolution withOutputs(int channels, int inGroups) {
        return with().out(channels).groups(inGroups).build();
    }

    /** {@return the same without bias, for a batch norm to follow} */
    public Convolution withoutBias() {
        return withBias(false);
    }

    @Override
    public Image output(List<Shape> inputs) {
        Image in = Inputs.image(inputs, "convolution");
        if (in.channels() % groups != 0) {
            throw new BadInputException("a convolution of " + Counts.plain(groups, "group") + " gets " + in + ", whose "
                    + Counts.plain(in.channels(), "channel") + " cannot be divided by them");
        }
        int effectiveHeight = dilationHeight * (kernelHeight - 1) + 1;
        int effectiveWidth = dilationWidth * (kernelWidth - 1) + 1;
        int height = Math.floorDiv(in.height() + 2 * paddingHeight - effectiveHeight, strideHeight) + 1;
        int width = Math.floorDiv(in.width() + 2 * paddingWidth - effectiveWidth, strideWidth) + 1;
        if (height < 1 || width < 1) {
            throw new BadInputException("a convolution of " + effectiveHeight + "x" + effectiveWidth
                    + Labels.padded(paddingHeight, paddingWidth) + " gets " + in
                    + ", which is smaller than its kernel");
        }
        return new Image(out, height, width);
    }

    @Override
    public List<Tensor> tensors(String node, List<Shape> inputs) {
        int in = Inputs.image(inputs, "convolution").channels();
        List<Tensor> tensors = new ArrayList<>(2);
        tensors.add(new Tensor(
                node + ".weight", List.of(out, in / groups, kernelHeight, kernelWidth), Role.CONVOLUTION_WEIGHT, node));
        if (bias) {
            tensors.add(new Tensor(node + ".bias", List.of(out), Role.BIAS, node));
        }
        return tensors;
    }

    @Override
    public long multiplyAdds(List<Shape> inputs) {
        int in = Inputs.image(inputs, "convolution").channels();
        return (long) output(inputs).size() * (in / groups) * kernelHeight * kernelWidth;
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.convolution(this);
    }

    @Override
    public String label() {
        return "conv " + kernelHeight + "x" + kernelWidth + ", " + out
                + Labels.stride(strideHeight, strideWidth)
                + (dilationHeight == 1 && dilationWidth == 1
                        ? ""
                        : ", dilation " + Labels.pair(dilationHeight, dilationWidth))
                + (groups == 1 ? "" : ", " + Counts.plain(groups, "group"));
    }
}
