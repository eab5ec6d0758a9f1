package convoy.worker.engine.samples;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.data.batch.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Narrow networks that between them have every operation, and random weights and batches for them. */
public final class SampleNetworks {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();
    private final Image input;
    private String last = Network.INPUT;

    private SampleNetworks(Image input) {
        this.input = input;
    }

    public static List<Network> all() {
        List<Network> networks = new ArrayList<>(List.of(
                convolutions(),
                groups(),
                depthwise(),
                norms(),
                branches(),
                auxiliaryHeads(),
                poolings(),
                powers(),
                responseNorms(),
                layerNorms(),
                mathematics()));
        for (Function function : Function.values()) {
            networks.add(activation(function));
        }
        return networks;
    }

    /** Asymmetric kernels, strides and paddings, with and without bias and ReLU. */
    public static Network convolutions() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 9, 11));
        graph.add("wide", Convolution.window(5, 3, 5).withStride(1, 2).withPadding(1, 2));
        graph.add("relu", Activation.relu());
        graph.add("bare", Convolution.window(4, 3, 3).withPadding(2, 2).withoutBias());
        graph.add("point", Convolution.window(7, 1, 1).withStride(2, 1));
        graph.add("tall", Convolution.window(6, 4, 1).withPadding(1, 0));
        return graph.classify("convolutions", 5);
    }

    /** Groups of several widths, joined to blocks and alone, with more and fewer channels out than in. */
    public static Network groups() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 9, 7));
        graph.add("stem", Convolution.square(24, 3, 1, 1));
        graph.add("joined", Convolution.square(24, 3, 1, 1).withGroups(12).withoutBias());
        graph.add("relu", Activation.relu());
        graph.add(
                "widening",
                Convolution.window(48, 3, 5).withStride(2, 1).withPadding(1, 2).withGroups(4));
        graph.add("relu2", Activation.relu());
        graph.add("point", Convolution.square(96, 1, 1, 0));
        graph.add("blocks", Convolution.square(48, 3, 1, 1).withGroups(6));
        graph.add("multiplied", Convolution.square(96, 3, 1, 1).withGroups(48));
        return graph.classify("groups", 5);
    }

    /** A kernel for each channel: odd, even and asymmetric ones, strides, wide paddings, with bias and ReLU and without. */
    public static Network depthwise() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 11, 13));
        graph.add("three", Convolution.square(3, 3, 1, 1).withGroups(3));
        graph.add("stem", Convolution.square(6, 1, 1, 0));
        graph.add("five", Convolution.square(6, 5, 2, 2).withGroups(6).withoutBias());
        graph.add("relu", Activation.relu());
        graph.add(
                "uneven",
                Convolution.window(6, 3, 4).withStride(1, 3).withPadding(2, 3).withGroups(6));
        graph.add("relu2", Activation.relu());
        graph.add("wide", Convolution.square(600, 1, 1, 0));
        graph.add(
                "row",
                Convolution.window(600, 1, 3).withPadding(0, 1).withGroups(600).withoutBias());
        return graph.classify("depthwise", 5);
    }

    /** A convolution whose kernel has gaps. */
    public static Network dilated() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 9, 9));
        graph.add(
                "conv",
                Convolution.window(4, 3, 3).withPadding(2, 2).withDilation(2, 2).withoutBias());
        return graph.classify("dilated", 5);
    }

    /** A kernel of one pixel, which gaps do not change, to an odd number of channels. */
    public static Network dilatedPoints() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 12, 10));
        graph.add("stem", Convolution.square(16, 3, 1, 1));
        graph.add(
                "point",
                Convolution.window(11, 1, 1).withStride(2, 2).withDilation(2, 2).withoutBias());
        return graph.classify("dilated-points", 5);
    }

    /** A kernel of one pixel that skips every second one, of so many channels: oneDNN's issue 6035 where they are few. */
    public static Network stridedPoints(int channels) {
        SampleNetworks graph = new SampleNetworks(new Image(channels, 28, 28));
        graph.add("point", Convolution.square(8, 1, 2, 0));
        return graph.classify("strided-points-of-" + channels, 3);
    }

    /**
     * A stride with nowhere to go: one column goes out of one channel, for which oneDNN's kernel for AVX-512 is wrong.
     *
     * @param unused how many of the padded columns the kernel never sees: fewer than the stride
     */
    public static Network stridedColumn(int kernelWidth, int strideWidth, int unused, int padding) {
        Image image = new Image(1, 6, kernelWidth + unused - 2 * padding);
        SampleNetworks graph = new SampleNetworks(image);
        graph.add(
                "column",
                Convolution.window(7, 3, kernelWidth).withStride(1, strideWidth).withPadding(0, padding));
        return graph.classify("strided-column " + image + ", " + kernelWidth + " by " + strideWidth, 3);
    }

    /**
     * One convolution or two of random shapes, a third of 1 x 1, most with few channels: where kernels that take 8 or 16 channels at a
     * time, or strides, have their ends. The name tells the seed and the shapes.
     *
     * @param dilated whether kernels may have gaps
     */
    public static Network randomConvolutions(long seed, boolean dilated) {
        Random random = new Random(seed);
        Image image = new Image(1 + random.nextInt(20), 5 + random.nextInt(24), 5 + random.nextInt(24));
        SampleNetworks graph = new SampleNetworks(image);
        StringBuilder name = new StringBuilder("seed-" + seed + " " + image);
        int convolutions = random.nextInt(3) == 0 ? 1 : 2;
        for (int i = 0; i < convolutions; i++) {
            Convolution convolution = randomConvolution(random, image, dilated);
            image = convolution.output(List.of(image));
            name.append(' ').append(convolution);
            graph.add("conv" + i, convolution);
            if (random.nextInt(3) == 0) {
                graph.add("relu" + i, Activation.relu());
            }
        }
        return graph.classify(name.toString(), 3);
    }

    public static Convolution randomConvolution(Random random, Image in, boolean dilated) {
        boolean single = random.nextInt(3) == 0;
        int height = single ? 1 : 1 + random.nextInt(Math.min(7, in.height()));
        int width = single ? 1 : 1 + random.nextInt(Math.min(7, in.width()));
        int strideHeight = 1 + random.nextInt(3);
        int strideWidth = random.nextInt(4) > 0 ? strideHeight : 1 + random.nextInt(3);
        int paddingHeight = random.nextInt(2) * (height / 2);
        int paddingWidth = random.nextInt(2) * (width / 2);
        boolean gaps = dilated && random.nextInt(4) == 0;
        int dilationHeight = gaps && 2 * (height - 1) < in.height() ? 2 : 1;
        int dilationWidth = gaps && 2 * (width - 1) < in.width() ? 2 : 1;
        int channels = in.channels();
        int[] divisors = IntStream.rangeClosed(1, channels)
                .filter(groups -> channels % groups == 0)
                .toArray();
        int groups = random.nextBoolean() ? 1 : divisors[random.nextInt(divisors.length)];
        int out = groups * (1 + random.nextInt(Math.max(1, 20 / groups)));
        return Convolution.window(out, height, width)
                .withStride(strideHeight, strideWidth)
                .withPadding(paddingHeight, paddingWidth)
                .withDilation(dilationHeight, dilationWidth)
                .withGroups(groups)
                .withBias(random.nextBoolean());
    }

    /** Batch norm of images and vectors, with and without ReLU, where means are far from zero. */
    public static Network norms() {
        SampleNetworks graph = new SampleNetworks(new Image(2, 6, 6));
        graph.add("conv", Convolution.square(5, 3, 1, 1));
        graph.add("norm", BatchNorm.standard());
        graph.add("relu", Activation.relu());
        graph.add("pointwise", Convolution.square(4, 1, 1, 0).withoutBias());
        graph.add("bare", new BatchNorm(1e-3, 0.2));
        graph.add("flat", new Flatten());
        graph.add("dense", new Dense(6, false));
        graph.add("vectors", BatchNorm.standard());
        graph.add("relu2", Activation.relu());
        graph.add("logits", new Dense(4, true));
        return graph.network("norms");
    }

    /** Additions of two and three, concatenation, channels padded, cut and shuffled, one node read by several. */
    public static Network branches() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 8, 8));
        String stem = graph.add("stem", Convolution.square(4, 3, 1, 1));
        String left = graph.add("left", Convolution.square(4, 3, 1, 1), stem);
        String right = graph.add("right", Convolution.square(4, 1, 1, 0), stem);
        graph.add("sum", new Add(), left, right, stem);
        String sum = graph.add("relu", Activation.relu());
        String half = graph.add("subsample", Pooling.max(1, 2, 0), sum);
        String padded = graph.add("pad", new PadChannels(1, 2), half);
        String narrow = graph.add("narrow", Convolution.square(7, 3, 2, 1), sum);
        String added = graph.add("bare", new Add(), narrow, padded);
        String joined = graph.add("concat", new Concat(), added, half, narrow);
        graph.add("shuffle", new ChannelShuffle(3), joined);
        graph.add("slice", new ChannelSlice(3, 14));
        return graph.classify("branches", 5);
    }

    /** Two heads beside the main one, of different weights, one on a vector that goes on to the main head. */
    public static Network auxiliaryHeads() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 8, 8));
        String stem = graph.add("stem", Convolution.square(4, 3, 2, 1));
        graph.add("aux.pool", new AdaptiveAveragePool(3, 3), stem);
        graph.add("aux.flat", new Flatten());
        graph.heads.add(new Head("aux", graph.add("aux.logits", new Dense(5, true)), 0.3, true));
        graph.add("conv", Convolution.square(6, 3, 1, 1), stem);
        graph.add("pool", AdaptiveAveragePool.global());
        graph.add("flat", new Flatten());
        String early = graph.add("early", new Dense(5, true));
        graph.heads.add(new Head("early", early, 0.5, true));
        graph.add("relu", Activation.relu(), early);
        graph.add("logits", new Dense(5, false));
        return graph.network("auxiliary-heads");
    }

    /** Rounding up and down, padding that counts and does not, means over uneven and repeated bins. */
    public static Network poolings() {
        SampleNetworks graph = new SampleNetworks(new Image(2, 15, 12));
        graph.add("conv", Convolution.square(4, 3, 1, 1));
        graph.add("max.ceil", Pooling.max(3, 2, 0).withCeil());
        graph.add("max.padded", Pooling.window(Kind.MAX, 3, 2).withPadding(1, 1).withCeil());
        graph.add(
                "average.ceil",
                Pooling.window(Kind.AVERAGE, 3, 3)
                        .withStride(2, 2)
                        .withPadding(1, 1)
                        .withCeil());
        graph.add(
                "average.bare",
                Pooling.window(Kind.AVERAGE, 3, 3).withPadding(1, 1).withoutCountingPad());
        graph.add("average.padded", Pooling.average(3, 1, 1));
        graph.add("bins", new AdaptiveAveragePool(3, 5));
        graph.add("plain", Pooling.average(2, 1, 0));
        return graph.classify("poolings", 4);
    }

    /** Roots of sums of even powers of anything, and of other powers behind a ReLU. */
    public static Network powers() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 9, 10));
        graph.add("conv", Convolution.square(4, 3, 1, 1));
        graph.add(
                "even",
                Pooling.window(Kind.LP, 3, 2).withStride(2, 1).withPadding(1, 1).withCeil());
        graph.add("mixed", Convolution.square(4, 1, 1, 0));
        graph.add("sum", Pooling.lp(1, 2, 1));
        graph.add("relu", Activation.relu());
        graph.add("cubes", Pooling.lp(3, 2, 1));
        graph.add("fractions", Pooling.lp(1.5, 2, 1));
        return graph.classify("powers", 4);
    }

    /** The usual exponent and another one, an odd and an even size. */
    public static Network responseNorms() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 5, 5));
        graph.add("conv", Convolution.square(7, 3, 1, 1));
        graph.add("odd", new LocalResponseNorm(5, 0.5, 0.75, 2));
        graph.add("even", new LocalResponseNorm(4, 0.3, 0.6, 1));
        return graph.classify("response-norms", 4);
    }

    /** Products of one shape and of channels, and a constant factor. */
    public static Network mathematics() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 5, 5));
        String stem = graph.add("stem", Convolution.square(4, 3, 1, 1));
        graph.add("squeeze", AdaptiveAveragePool.global(), stem);
        String gate = graph.add("gate", new Activation(Function.SIGMOID));
        String excited = graph.add("excite", new Multiply(), stem, gate);
        String other = graph.add("other", Convolution.square(4, 1, 1, 0), excited);
        graph.add("product", new Multiply(), excited, other);
        graph.add("scale", new Scale(0.7));
        return graph.classify("mathematics", 4);
    }

    /** Both EvoNorms and a sum of weighted edges. */
    public static Network evolvedNorms() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 5, 5));
        String stem = graph.add("stem", Convolution.square(6, 3, 1, 1));
        String single = graph.add("single", new EvoNormS0(3, 1e-5), stem);
        String batch = graph.add("batch", new EvoNormB0(1e-5, 0.1), stem);
        String other = graph.add("other", Convolution.square(6, 1, 1, 0), batch);
        graph.add("sum", new WeightedAdd(), single, batch, other);
        graph.add("conv", Convolution.square(4, 3, 1, 0));
        graph.add("last", new EvoNormB0(1e-3, 0.2));
        return graph.classify("evolved-norms", 4);
    }

    /** Norms over the channels of a pixel and over a vector, and what ConvNeXt has beside them. */
    public static Network layerNorms() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 5, 5));
        graph.add("stem", Convolution.square(6, 3, 1, 1));
        graph.add("norm", new LayerNorm(1e-5));
        graph.add("gelu", new Activation(Function.GELU));
        // A number for each channel: what others call layer scale.
        graph.add("gamma", Convolution.square(6, 1, 1, 0).withOutputs(6, 6).withoutBias());
        graph.add("rows", new Flatten());
        graph.add("dense", new Dense(8, true));
        graph.add("vector", new LayerNorm(1e-3));
        return graph.classify("layer-norms", 4);
    }

    /** What DL4J has layers for beside convolutions, dense layers and batch norms. */
    public static Network exportable() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 14, 16));
        graph.add("conv", Convolution.square(6, 3, 1, 1));
        graph.add("lrn", new LocalResponseNorm(5, 0.5, 0.75, 2));
        graph.add("silu", new Activation(Function.SILU));
        graph.add("relu6", new Activation(Function.RELU6));
        graph.add("max", Pooling.max(3, 2, 0).withCeil());
        String left = graph.add(
                "average", Pooling.window(Kind.AVERAGE, 3, 3).withPadding(1, 1).withoutCountingPad());
        String right = graph.add("tanh", new Activation(Function.TANH), left);
        graph.add("product", new Multiply(), left, right);
        graph.add("slice", new ChannelSlice(1, 5));
        graph.add("pad", new PadChannels(3, 9));
        graph.add("scale", new Scale(1.5));
        graph.add("drop", new SpatialDropout(0.5));
        graph.add("narrow", Convolution.square(5, 3, 1, 1));
        graph.add("bins", new AdaptiveAveragePool(7, 2));
        return graph.classify("exportable", 4);
    }

    public static Network activation(Function function) {
        SampleNetworks graph = new SampleNetworks(new Image(2, 5, 5));
        // Two readers, so that a ReLU is not taken along by the convolution.
        String conv = graph.add("conv", Convolution.square(4, 3, 1, 1));
        String activated = graph.add("activation", new Activation(function), conv);
        graph.add("sum", new Add(), conv, activated);
        return graph.classify("activation-" + function, 4);
    }

    /** Dropout of floats, of channels and of examples, of images and of vectors. */
    public static Network dropout() {
        SampleNetworks graph = new SampleNetworks(new Image(3, 6, 6));
        graph.add("drop.input", new Dropout(0.2));
        String stem = graph.add("stem", Convolution.square(5, 3, 1, 1));
        graph.add("drop.channels", new SpatialDropout(0.4), stem);
        String branch = graph.add("branch", Convolution.square(5, 3, 1, 1));
        String kept = graph.add("drop.branch", new StochasticDepth(0.5), branch);
        graph.add("sum", new Add(), stem, kept);
        graph.add("flat", new Flatten());
        graph.add("drop.vector", new Dropout(0.5));
        graph.add("logits", new Dense(4, true));
        return graph.network("dropout");
    }

    /** Random weights of about the size that keeps activations alive, and statistics that are not 0 and 1. */
    public static float[] weights(Network network, long seed) {
        float[] flat = network.initialize(seed);
        Random random = new Random(seed);
        int parameters = network.parameterCount();
        for (int i = 0; i < flat.length; i++) {
            flat[i] += i < parameters ? 0.1f * (float) random.nextGaussian() : 0.3f * random.nextFloat();
        }
        return flat;
    }

    /** Random pixels about 0.3 and random labels. */
    public static Batch batch(Network network, int examples, long seed) {
        Random random = new Random(seed);
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = 0.3f + (float) random.nextGaussian();
        }
        int[] labels = random.ints(examples, 0, network.classes()).toArray();
        return new Batch(examples, images, labels);
    }

    private String add(String name, Operation operation, String... inputs) {
        nodes.add(new Node(name, operation, inputs.length == 0 ? List.of(last) : List.of(inputs)));
        last = name;
        return name;
    }

    private Network classify(String name, int classes) {
        add("flat", new Flatten());
        add("logits", new Dense(classes, true));
        return network(name);
    }

    private Network network(String name) {
        heads.add(0, Head.main(last));
        return new Network(name, input, nodes, heads);
    }
}
