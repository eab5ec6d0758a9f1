package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.Conv2d}: cross-correlation with zero padding. Output sides
 * {@code floor((i + 2 p - d (k - 1) - 1) / s) + 1}.
 *
 * <p>Tensors: {@code weight [out, in / groups, kernelHeight, kernelWidth]}, and {@code bias [out]} if it has one.
 */
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
        implements Operation {
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

    /** A square kernel with bias. */
    public static Convolution square(int out, int kernel, int stride, int padding) {
        return new Convolution(out, kernel, kernel, stride, stride, padding, padding, 1, 1, 1, true);
    }

    /** A row {@code 1 x length} with bias, padded so that sides stay. */
    public static Convolution row(int out, int length) {
        return new Convolution(out, 1, length, 1, 1, 0, length / 2, 1, 1, 1, true);
    }

    /** A column {@code length x 1} with bias, padded so that sides stay. */
    public static Convolution column(int out, int length) {
        return new Convolution(out, length, 1, 1, 1, length / 2, 0, 1, 1, 1, true);
    }

    /** The same with this many output channels, in so many groups. */
    public Convolution withOutputs(int channels, int inGroups) {
        return with(channels, inGroups, bias);
    }

    /** The same without bias, for a batch norm to follow. */
    public Convolution withoutBias() {
        return with(out, groups, false);
    }

    /** The same with its channels cut into groups that do not see each other. */
    public Convolution withGroups(int count) {
        return with(out, count, bias);
    }

    private Convolution with(int channels, int inGroups, boolean biased) {
        return new Convolution(
                channels,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                paddingHeight,
                paddingWidth,
                dilationHeight,
                dilationWidth,
                inGroups,
                biased);
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
