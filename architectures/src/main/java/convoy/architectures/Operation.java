package convoy.architectures;

import convoy.architectures.Shape.Image;
import convoy.architectures.Shape.Vector;
import convoy.architectures.Tensor.Role;
import convoy.records.BadInputException;
import convoy.records.Named;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node computes. Every operation has exactly PyTorch's meaning (of the module or function that its Javadoc
 * names), so that weights trained there or here mean the same; shapes are those of one example.
 */
public sealed interface Operation {
    /**
     * The output's shape.
     *
     * @param inputs the inputs' shapes, in order
     * @throws BadInputException if they do not fit; the message is a clause that {@link Network} completes with the
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

    /** A few words for tables and pictures, for example {@code conv 3x3, 64, /2}. */
    String label();

    /** Whether this operation changes nothing when a trained network is used: the forms of dropout. */
    default boolean isIdentityInInference() {
        return false;
    }

    /**
     * {@code torch.nn.Conv2d}: cross-correlation with zero padding. Output sides
     * {@code floor((i + 2 p - d (k - 1) - 1) / s) + 1}.
     *
     * <p>Tensors: {@code weight [out, in / groups, kernelHeight, kernelWidth]}, and {@code bias [out]} if it has one.
     */
    record Convolution(
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
            Operation.atLeast("convolution", "out", out, 1);
            Operation.checkWindow(
                    "convolution", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
            Operation.atLeast("convolution", "dilationHeight", dilationHeight, 1);
            Operation.atLeast("convolution", "dilationWidth", dilationWidth, 1);
            Operation.atLeast("convolution", "groups", groups, 1);
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
            Image in = Operation.image(inputs, "convolution");
            if (in.channels() % groups != 0) {
                throw new BadInputException("a convolution of " + groups + " groups gets " + in + ", whose "
                        + in.channels() + " channels are not divisible by them");
            }
            int effectiveHeight = dilationHeight * (kernelHeight - 1) + 1;
            int effectiveWidth = dilationWidth * (kernelWidth - 1) + 1;
            int height = Math.floorDiv(in.height() + 2 * paddingHeight - effectiveHeight, strideHeight) + 1;
            int width = Math.floorDiv(in.width() + 2 * paddingWidth - effectiveWidth, strideWidth) + 1;
            if (height < 1 || width < 1) {
                throw new BadInputException("a convolution of " + effectiveHeight + "x" + effectiveWidth
                        + Operation.padded(paddingHeight, paddingWidth) + " gets " + in
                        + ", which is smaller than its kernel");
            }
            return new Image(out, height, width);
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            int in = Operation.image(inputs, "convolution").channels();
            List<Tensor> tensors = new ArrayList<>(2);
            tensors.add(new Tensor(
                    node + ".weight",
                    List.of(out, in / groups, kernelHeight, kernelWidth),
                    Role.CONVOLUTION_WEIGHT,
                    node));
            if (bias) {
                tensors.add(new Tensor(node + ".bias", List.of(out), Role.BIAS, node));
            }
            return tensors;
        }

        @Override
        public long multiplyAdds(List<Shape> inputs) {
            int in = Operation.image(inputs, "convolution").channels();
            return (long) output(inputs).size() * (in / groups) * kernelHeight * kernelWidth;
        }

        @Override
        public String label() {
            return "conv " + kernelHeight + "x" + kernelWidth + ", " + out
                    + Operation.stride(strideHeight, strideWidth)
                    + (dilationHeight == 1 && dilationWidth == 1
                            ? ""
                            : ", dilation " + Operation.pair(dilationHeight, dilationWidth))
                    + (groups == 1 ? "" : ", " + groups + " groups");
        }
    }

    /**
     * {@code torch.nn.Linear} on a vector.
     *
     * <p>Tensors: {@code weight [out, in]}, and {@code bias [out]} if it has one.
     */
    record Dense(int out, boolean bias) implements Operation {
        public Dense {
            Operation.atLeast("dense", "out", out, 1);
        }

        @Override
        public Vector output(List<Shape> inputs) {
            Operation.vector(inputs, "dense layer");
            return new Vector(out);
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            int in = Operation.vector(inputs, "dense layer").features();
            List<Tensor> tensors = new ArrayList<>(2);
            tensors.add(new Tensor(node + ".weight", List.of(out, in), Role.DENSE_WEIGHT, node));
            if (bias) {
                tensors.add(new Tensor(node + ".bias", List.of(out), Role.BIAS, node));
            }
            return tensors;
        }

        @Override
        public long multiplyAdds(List<Shape> inputs) {
            return (long) out * Operation.vector(inputs, "dense layer").features();
        }

        @Override
        public String label() {
            return "dense " + out;
        }
    }

    /**
     * {@code torch.nn.BatchNorm2d} of an image, {@code BatchNorm1d} of a vector. Training normalizes by the batch's mean
     * and biased variance; {@code running = (1 - momentum) running + momentum batch}, with the unbiased variance.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}, each {@code [channels]}.
     */
    record BatchNorm(double epsilon, double momentum) implements Operation {
        public BatchNorm {
            Operation.checkEpsilon("batch norm", epsilon);
            Operation.checkMomentum("batch norm", momentum);
        }

        /** PyTorch's: epsilon 1e-5, momentum 0.1. */
        public static BatchNorm standard() {
            return new BatchNorm(1e-5, 0.1);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Operation.only(inputs, "batch norm");
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            Shape in = Operation.only(inputs, "batch norm");
            List<Integer> shape = List.of(in instanceof Image image ? image.channels() : ((Vector) in).features());
            return List.of(
                    new Tensor(node + ".weight", shape, Role.NORM_SCALE, node),
                    new Tensor(node + ".bias", shape, Role.NORM_SHIFT, node),
                    new Tensor(node + ".running_mean", shape, Role.RUNNING_MEAN, node),
                    new Tensor(node + ".running_var", shape, Role.RUNNING_VARIANCE, node));
        }

        @Override
        public String label() {
            return "batch norm";
        }
    }

    /** A function of each scalar alone. */
    record Activation(Function function) implements Operation {
        /** The functions, each by its formula. */
        public enum Function {
            /** {@code max(x, 0)}. */
            RELU("ReLU"),
            /** {@code min(max(x, 0), 6)}. */
            RELU6("ReLU6"),
            /** {@code x sigmoid(x)}. */
            SILU("SiLU"),
            /** {@code 1 / (1 + exp(-x))}. */
            SIGMOID("sigmoid"),
            /** {@code min(max(x + 3, 0), 6) / 6}. */
            HARD_SIGMOID("hard sigmoid"),
            /** {@code x min(max(x + 3, 0), 6) / 6}. */
            HARD_SWISH("hard swish"),
            /** Hyperbolic tangent. */
            TANH("tanh");

            private final String title;

            Function(String title) {
                this.title = title;
            }
        }

        /** {@code max(x, 0)}. */
        public static Activation relu() {
            return new Activation(Function.RELU);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Operation.only(inputs, "activation");
        }

        @Override
        public String label() {
            return function.title;
        }
    }

    /**
     * {@code torch.nn.MaxPool2d} or {@code AvgPool2d}. Output sides {@code floor((i + 2 p - k) / s) + 1}; with
     * {@code ceil} rounded up, but no window starts beyond the input and its first padding. Padding never wins a
     * maximum; an average divides by the part of the window inside the padded input if {@code countIncludePad}, inside
     * the input if not.
     */
    record Pooling(
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
            Operation.checkWindow(
                    "pooling", kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth);
            // As in PyTorch; else a window could lie in the padding alone.
            Operation.atMost("pooling", "paddingHeight", paddingHeight, kernelHeight / 2, "half the kernel");
            Operation.atMost("pooling", "paddingWidth", paddingWidth, kernelWidth / 2, "half the kernel");
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
                    kind,
                    kernelHeight,
                    kernelWidth,
                    strideHeight,
                    strideWidth,
                    paddingHeight,
                    paddingWidth,
                    ceil,
                    false);
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
            Image in = Operation.image(inputs, "pooling");
            int height = side(in.height(), kernelHeight, strideHeight, paddingHeight);
            int width = side(in.width(), kernelWidth, strideWidth, paddingWidth);
            if (height < 1 || width < 1) {
                throw new BadInputException("a pooling of " + kernelHeight + "x" + kernelWidth
                        + Operation.padded(paddingHeight, paddingWidth) + " gets " + in
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
        public String label() {
            return (kind == Kind.MAX ? "max pool " : "average pool ") + kernelHeight + "x" + kernelWidth
                    + Operation.stride(strideHeight, strideWidth);
        }
    }

    /**
     * {@code torch.nn.AdaptiveAvgPool2d}: output row {@code r} of {@code R} is the mean over input rows
     * {@code [floor(r H / R), ceil((r + 1) H / R))}, columns alike; the output may be larger than the input.
     */
    record AdaptiveAveragePool(int height, int width) implements Operation {
        public AdaptiveAveragePool {
            Operation.atLeast("adaptive average pool", "height", height, 1);
            Operation.atLeast("adaptive average pool", "width", width, 1);
        }

        /** One mean for each channel, {@code [C, 1, 1]}. */
        public static AdaptiveAveragePool global() {
            return new AdaptiveAveragePool(1, 1);
        }

        @Override
        public Image output(List<Shape> inputs) {
            return new Image(Operation.image(inputs, "adaptive average pool").channels(), height, width);
        }

        @Override
        public String label() {
            return height == 1 && width == 1 ? "global average" : "adaptive average " + height + "x" + width;
        }
    }

    /** The sum of two or more inputs of one shape. */
    record Add() implements Operation {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.size() < 2) {
                throw new BadInputException("an addition has " + inputs.size() + " inputs; it needs at least 2");
            }
            for (Shape input : inputs) {
                if (!input.equals(inputs.get(0))) {
                    throw new BadInputException(
                            "an addition gets " + inputs.get(0) + " and " + input + "; they must be equal");
                }
            }
            return inputs.get(0);
        }

        @Override
        public String label() {
            return "add";
        }
    }

    /**
     * The product of two inputs: of one shape, or {@code [C, H, W]} by {@code [C, 1, 1]}, which scales whole channels
     * (squeeze-and-excite).
     */
    record Multiply() implements Operation {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.size() != 2) {
                throw new BadInputException("a multiplication has " + inputs.size() + " inputs; it needs 2");
            }
            Shape left = inputs.get(0);
            Shape right = inputs.get(1);
            boolean scalesChannels = left instanceof Image image && right.equals(new Image(image.channels(), 1, 1));
            if (!left.equals(right) && !scalesChannels) {
                throw new BadInputException("a multiplication gets " + left + " and " + right
                        + "; the second must equal the first, or be its channels x 1 x 1");
            }
            return left;
        }

        @Override
        public String label() {
            return "multiply";
        }
    }

    /** The inputs' channels (or features) one after the other; images must agree in height and width. */
    record Concat() implements Operation {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.isEmpty()) {
                throw new BadInputException("a concatenation has no inputs; it needs at least 1");
            }
            int sum = 0;
            for (Shape input : inputs) {
                if (inputs.get(0) instanceof Image first) {
                    if (!(input instanceof Image image)
                            || image.height() != first.height()
                            || image.width() != first.width()) {
                        throw new BadInputException("a concatenation gets " + first + " and " + input
                                + "; images must agree in height and width");
                    }
                    sum += image.channels();
                } else if (input instanceof Vector vector) {
                    sum += vector.features();
                } else {
                    throw new BadInputException("a concatenation gets a vector of " + inputs.get(0) + " and " + input
                            + "; they must be all images or all vectors");
                }
            }
            return inputs.get(0) instanceof Image first
                    ? new Image(sum, first.height(), first.width())
                    : new Vector(sum);
        }

        @Override
        public String label() {
            return "concat";
        }
    }

    /** The channels {@code [begin, end)} of an image. */
    record ChannelSlice(int begin, int end) implements Operation {
        public ChannelSlice {
            Operation.atLeast("channel slice", "begin", begin, 0);
            Operation.atLeast("channel slice", "end", end, begin + 1);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Operation.image(inputs, "channel slice");
            if (end > in.channels()) {
                throw new BadInputException(
                        "a slice of the channels [" + begin + ", " + end + ") gets " + in + ", which has fewer");
            }
            return new Image(end - begin, in.height(), in.width());
        }

        @Override
        public String label() {
            return "channels " + begin + " to " + (end - 1);
        }
    }

    /**
     * ShuffleNet's transposition of {@code [groups, channels / groups]}: channel {@code g * (C / groups) + i} moves to
     * {@code i * groups + g}.
     */
    record ChannelShuffle(int groups) implements Operation {
        public ChannelShuffle {
            Operation.atLeast("channel shuffle", "groups", groups, 1);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Operation.image(inputs, "channel shuffle");
            if (in.channels() % groups != 0) {
                throw new BadInputException("a channel shuffle of " + groups + " groups gets " + in + ", whose "
                        + in.channels() + " channels are not divisible by them");
            }
            return in;
        }

        @Override
        public String label() {
            return "shuffle " + groups;
        }
    }

    /** {@code [C, H, W]} read row-major as a vector; a vector stays as it is. */
    record Flatten() implements Operation {
        @Override
        public Vector output(List<Shape> inputs) {
            return new Vector(Operation.only(inputs, "flatten").size());
        }

        @Override
        public String label() {
            return "flatten";
        }
    }

    /** {@code torch.nn.Dropout}: in training each scalar is 0 with this probability, else divided by its complement. */
    record Dropout(double probability) implements Operation {
        public Dropout {
            Operation.checkProbability("dropout", probability);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Operation.only(inputs, "dropout");
        }

        @Override
        public String label() {
            return "dropout " + probability;
        }

        @Override
        public boolean isIdentityInInference() {
            return true;
        }
    }

    /** {@code torch.nn.Dropout2d}: dropout of whole channels of an example. */
    record SpatialDropout(double probability) implements Operation {
        public SpatialDropout {
            Operation.checkProbability("spatial dropout", probability);
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Operation.image(inputs, "spatial dropout");
        }

        @Override
        public String label() {
            return "spatial dropout " + probability;
        }

        @Override
        public boolean isIdentityInInference() {
            return true;
        }
    }

    /** {@code torchvision.ops.StochasticDepth("row")}: dropout of an example's whole residual branch. */
    record StochasticDepth(double probability) implements Operation {
        public StochasticDepth {
            Operation.checkProbability("stochastic depth", probability);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Operation.only(inputs, "stochastic depth");
        }

        @Override
        public String label() {
            return "stochastic depth " + probability;
        }

        @Override
        public boolean isIdentityInInference() {
            return true;
        }
    }

    /**
     * {@code torch.nn.LocalResponseNorm}: {@code x / (k + alpha / size * sum of x²)^beta}, the sum over channels
     * {@code [c - size / 2, c - size / 2 + size)} with zeros outside. Mind the division of alpha by size.
     */
    record LocalResponseNorm(int size, double alpha, double beta, double k) implements Operation {
        public LocalResponseNorm {
            Operation.atLeast("local response norm", "size", size, 1);
            if (!(Double.isFinite(alpha) && Double.isFinite(beta) && Double.isFinite(k))) {
                throw new BadInputException("local response norm: alpha = " + alpha + ", beta = " + beta + ", k = " + k
                        + "; all must be finite");
            }
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Operation.image(inputs, "local response norm");
        }

        @Override
        public String label() {
            return "local response norm " + size;
        }
    }

    /** Channels of zeros before and after an image's own: the identity shortcut of a widening residual block. */
    record PadChannels(int before, int after) implements Operation {
        public PadChannels {
            Operation.atLeast("channel padding", "before", before, 0);
            Operation.atLeast("channel padding", "after", after, 0);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Operation.image(inputs, "channel padding");
            return new Image(before + in.channels() + after, in.height(), in.width());
        }

        @Override
        public String label() {
            return "zero channels " + before + " + " + after;
        }
    }

    /** Every scalar times one constant. */
    record Scale(double factor) implements Operation {
        public Scale {
            if (!Double.isFinite(factor)) {
                throw new BadInputException("scale: factor = " + factor + ", must be finite");
            }
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Operation.only(inputs, "scale");
        }

        @Override
        public String label() {
            return "times " + factor;
        }
    }

    /**
     * The sum of two or more inputs of one shape, each times the sigmoid of a learned number: what a node of a randomly wired
     * network does with its edges (Xie et al. 2019, section 3.2).
     *
     * <p>Tensors: {@code weight [inputs]}.
     */
    record WeightedAdd() implements Operation {
        @Override
        public Shape output(List<Shape> inputs) {
            return new Add().output(inputs);
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            return List.of(new Tensor(node + ".weight", List.of(inputs.size()), Role.NORM_SCALE, node));
        }

        @Override
        public String label() {
            return "weighted add";
        }
    }

    /**
     * EvoNorm-S0 (Liu et al. 2020, table 2), a normalization and activation in one that looks at single examples:
     * {@code x sigmoid(v x) / sqrt(variance + epsilon) * weight + bias}, the variance that of a group of neighbouring channels
     * of one example.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code v}, each {@code [channels]}.
     */
    record EvoNormS0(int groups, double epsilon) implements Operation {
        public EvoNormS0 {
            Operation.atLeast("EvoNorm-S0", "groups", groups, 1);
            Operation.checkEpsilon("EvoNorm-S0", epsilon);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Operation.image(inputs, "EvoNorm-S0");
            if (in.channels() % groups != 0) {
                throw new BadInputException("an EvoNorm-S0 of " + groups + " groups gets " + in + ", whose "
                        + in.channels() + " channels are not divisible by them");
            }
            return in;
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            return evoNormTensors(node, Operation.image(inputs, "EvoNorm-S0").channels());
        }

        @Override
        public String label() {
            return "EvoNorm-S0";
        }
    }

    /**
     * EvoNorm-B0 (Liu et al. 2020, table 2), a normalization and activation in one:
     * {@code x / max(sqrt(batch variance + epsilon), v x + sqrt(instance variance + epsilon)) * weight + bias}. The batch
     * variance, over examples and pixels, is the running one in inference; the instance variance is that of one channel of one
     * example. {@code running = (1 - momentum) running + momentum batch}, with the unbiased variance.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code v}, {@code running_var}, each {@code [channels]}.
     */
    record EvoNormB0(double epsilon, double momentum) implements Operation {
        public EvoNormB0 {
            Operation.checkEpsilon("EvoNorm-B0", epsilon);
            Operation.checkMomentum("EvoNorm-B0", momentum);
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Operation.image(inputs, "EvoNorm-B0");
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            int channels = Operation.image(inputs, "EvoNorm-B0").channels();
            List<Tensor> tensors = new ArrayList<>(evoNormTensors(node, channels));
            tensors.add(new Tensor(node + ".running_var", List.of(channels), Role.RUNNING_VARIANCE, node));
            return tensors;
        }

        @Override
        public String label() {
            return "EvoNorm-B0";
        }
    }

    private static List<Tensor> evoNormTensors(String node, int channels) {
        return List.of(
                new Tensor(node + ".weight", List.of(channels), Role.NORM_SCALE, node),
                new Tensor(node + ".bias", List.of(channels), Role.NORM_SHIFT, node),
                new Tensor(node + ".v", List.of(channels), Role.NORM_SCALE, node));
    }

    private static Shape only(List<Shape> inputs, String what) {
        if (inputs.size() != 1) {
            throw new BadInputException("a " + what + " has " + inputs.size() + " inputs; it needs 1");
        }
        return inputs.get(0);
    }

    private static Image image(List<Shape> inputs, String what) {
        if (only(inputs, what) instanceof Image image) {
            return image;
        }
        throw new BadInputException(
                "a " + what + " gets a vector of " + inputs.get(0) + "; it needs an image, before any flatten");
    }

    private static Vector vector(List<Shape> inputs, String what) {
        if (only(inputs, what) instanceof Vector vector) {
            return vector;
        }
        throw new BadInputException("a " + what + " gets an image of " + inputs.get(0) + "; put a flatten before it");
    }

    private static void atLeast(String operation, String name, int value, int least) {
        if (value < least) {
            throw new BadInputException(operation + ": " + name + " = " + value + ", must be at least " + least);
        }
    }

    private static void atMost(String operation, String name, int value, int most, String why) {
        if (value > most) {
            throw new BadInputException(
                    operation + ": " + name + " = " + value + ", must be at most " + most + ", " + why);
        }
    }

    private static void checkWindow(
            String operation,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth) {
        atLeast(operation, "kernelHeight", kernelHeight, 1);
        atLeast(operation, "kernelWidth", kernelWidth, 1);
        atLeast(operation, "strideHeight", strideHeight, 1);
        atLeast(operation, "strideWidth", strideWidth, 1);
        atLeast(operation, "paddingHeight", paddingHeight, 0);
        atLeast(operation, "paddingWidth", paddingWidth, 0);
    }

    private static void checkProbability(String operation, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new BadInputException(operation + ": probability = " + probability
                    + ", must lie in [0, 1); it is the probability to drop");
        }
    }

    private static void checkEpsilon(String operation, double epsilon) {
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new BadInputException(operation + ": epsilon = " + epsilon + ", must lie between 0 and 1");
        }
    }

    private static void checkMomentum(String operation, double momentum) {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new BadInputException(operation + ": momentum = " + momentum + ", must lie in (0, 1]");
        }
    }

    private static String stride(int height, int width) {
        return height == 1 && width == 1 ? "" : ", /" + pair(height, width);
    }

    private static String pair(int height, int width) {
        return height == width ? Integer.toString(height) : height + "x" + width;
    }

    private static String padded(int height, int width) {
        return height == 0 && width == 0 ? "" : " with padding " + pair(height, width);
    }
}
