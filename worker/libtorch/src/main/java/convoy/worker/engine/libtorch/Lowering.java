package convoy.worker.engine.libtorch;

import convoy.architectures.Network;
import convoy.architectures.Node;
import convoy.architectures.Operation;
import convoy.architectures.Operation.Activation;
import convoy.architectures.Operation.AdaptiveAveragePool;
import convoy.architectures.Operation.Add;
import convoy.architectures.Operation.BatchNorm;
import convoy.architectures.Operation.ChannelShuffle;
import convoy.architectures.Operation.ChannelSlice;
import convoy.architectures.Operation.Concat;
import convoy.architectures.Operation.Convolution;
import convoy.architectures.Operation.Dense;
import convoy.architectures.Operation.Dropout;
import convoy.architectures.Operation.EvoNormB0;
import convoy.architectures.Operation.EvoNormS0;
import convoy.architectures.Operation.Flatten;
import convoy.architectures.Operation.LocalResponseNorm;
import convoy.architectures.Operation.Multiply;
import convoy.architectures.Operation.PadChannels;
import convoy.architectures.Operation.Pooling;
import convoy.architectures.Operation.Scale;
import convoy.architectures.Operation.SpatialDropout;
import convoy.architectures.Operation.StochasticDepth;
import convoy.architectures.Operation.WeightedAdd;
import convoy.architectures.Shape;
import convoy.architectures.Shape.Image;
import convoy.records.BadInputException;
import convoy.worker.engine.DropoutUnits;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Variance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * From a network's nodes to kernels. A ReLU that alone reads a node whose backward pass needs no output of its own becomes part of that
 * one's kernel and works in its output's memory; so does an addition in that of its first input.
 */
final class Lowering {
    /** PyTorch's own threshold. */
    private static final int FEW_IMAGES = 16;

    /**
     * oneDNN's gradients of a strided 1 x 1 convolution write past their memory on a processor, or are wrong, where fewer channels come
     * in than its kernel takes at a time: 8 with AVX2, 16 with AVX-512, both as tried (oneDNN's issue 6035). With the pixels that it skips left
     * out before, it is the same sum without stride.
     */
    private static final int CHANNELS_OF_A_BLOCK = 16;

    private final Network network;
    private final Map<String, Shape> shapes;
    private final FlatTensors tensors;
    private final Transfers transfers;
    private final RandomWords words;
    /** Norms that use running statistics in training too. */
    private final Set<String> fixedNorms;

    private final boolean onProcessor;
    private final boolean fewThreads;
    /** ReLUs that are part of another node's kernel, with that node. */
    private final Map<String, String> fused = new HashMap<>();

    /** How often each node is read, by nodes and heads. */
    private final Map<String, Integer> readers = new HashMap<>();

    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Kernel> kernels = new LinkedHashMap<>();

    private Lowering(
            Network network, FlatTensors tensors, Transfers transfers, RandomWords words, EngineOptions options) {
        this.network = network;
        this.shapes = network.shapes();
        this.tensors = tensors;
        this.transfers = transfers;
        this.onProcessor = options.device().gpu().isEmpty();
        this.fewThreads = onProcessor && options.threads() == 1;
        this.words = words;
        this.fixedNorms = options.frozen().fixedNorms(network);
    }

    /** Lowers a network. */
    static Lowering of(
            Network network, FlatTensors tensors, Transfers transfers, RandomWords words, EngineOptions options) {
        Lowering lowering = new Lowering(network, tensors, transfers, words, options);
        lowering.fuse();
        for (Node node : network.nodes()) {
            if (!lowering.fused.containsKey(node.name())) {
                lowering.kernels.put(node.name(), lowering.kernel(node));
            }
        }
        return lowering;
    }

    /** Whether a node has a kernel of its own. */
    boolean hasKernel(String node) {
        return kernels.containsKey(node);
    }

    /** The kernel of a node that has one. */
    Kernel kernel(String node) {
        Kernel kernel = kernels.get(node);
        if (kernel == null) {
            throw new IllegalArgumentException(node + " has no kernel of its own");
        }
        return kernel;
    }

    /** The node whose kernel computes this node's output. */
    String source(String node) {
        return fused.getOrDefault(node, node);
    }

    /** The inputs of a node's kernel. */
    List<String> inputs(Node node) {
        return node.inputs().stream().map(this::source).toList();
    }

    private void fuse() {
        network.nodes().forEach(node -> node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum)));
        network.heads().forEach(head -> readers.merge(head.output(), 1, Integer::sum));
        for (Node node : network.nodes()) {
            operations.put(node.name(), node.operation());
            if (node.operation() instanceof Activation activation
                    && activation.function() == Activation.Function.RELU
                    && isOverwritable(node.inputs().get(0))) {
                fused.put(node.name(), node.inputs().get(0));
            }
        }
    }

    /** Whether one node alone reads this one's output, and its own backward pass does not. */
    private boolean isOverwritable(String node) {
        Operation operation = operations.get(node);
        boolean forgets = operation instanceof Convolution
                || operation instanceof Dense
                || operation instanceof BatchNorm
                || operation instanceof Add;
        return forgets && readers.getOrDefault(node, 0) == 1;
    }

    private Kernel kernel(Node node) {
        Kernel kernel = plain(node);
        if (!fused.containsValue(node.name())) {
            return kernel;
        }
        return (inputs, pass) -> {
            Tensor x = kernel.forward(inputs, pass);
            if (x.is_view()) {
                // In a view's memory the backward pass would be a detour.
                return torch.relu(x);
            }
            torch.relu_(x);
            return x;
        };
    }

    private Kernel plain(Node node) {
        Operation operation = node.operation();
        Shape in = shape(node.inputs().get(0));
        if (operation instanceof Convolution convolution) {
            return convolution(node.name(), convolution, (Image) in);
        } else if (operation instanceof Dense dense) {
            Tensor weight = tensors.operand(node.name() + ".weight");
            return (inputs, pass) -> torch.linear(inputs[0], weight, bias(node.name(), dense.bias()));
        } else if (operation instanceof BatchNorm norm) {
            return batchNorm(node.name(), norm, in);
        } else if (operation instanceof Activation activation) {
            return (inputs, pass) -> activate(activation.function(), inputs[0]);
        } else if (operation instanceof Pooling pooling) {
            return pooling(pooling);
        } else if (operation instanceof AdaptiveAveragePool pool) {
            return AdaptiveAverage.kernel(pool, (Image) in, transfers);
        } else if (operation instanceof Add) {
            return add(node);
        } else if (operation instanceof WeightedAdd) {
            return inSingle(weightedAdd(tensors.get(node.name() + ".weight")));
        } else if (operation instanceof EvoNormS0 norm) {
            return inSingle(EvoNorms.s0(norm, (Image) in, node.name(), tensors));
        } else if (operation instanceof EvoNormB0 norm) {
            return inSingle(EvoNorms.b0(norm, (Image) in, node.name(), tensors, fixedNorms.contains(node.name())));
        } else if (operation instanceof Multiply) {
            return (inputs, pass) -> inputs[0].mul(inputs[1]);
        } else if (operation instanceof Concat) {
            return (inputs, pass) -> torch.cat(new TensorVector(inputs), 1);
        } else if (operation instanceof ChannelSlice slice) {
            return (inputs, pass) -> inputs[0].narrow(1, slice.begin(), slice.end() - slice.begin());
        } else if (operation instanceof ChannelShuffle shuffle) {
            return shuffle(shuffle.groups(), (Image) in);
        } else if (operation instanceof PadChannels pad) {
            return (inputs, pass) -> torch.constant_pad_nd(inputs[0], 0, 0, 0, 0, pad.before(), pad.after());
        } else if (operation instanceof Flatten) {
            // Row-major: [C, H, W] whatever the layout in memory is.
            return (inputs, pass) -> inputs[0].reshape(pass.examples(), -1);
        } else if (operation instanceof Dropout dropout) {
            return dropout(node, dropout.probability(), DropoutUnits.Kind.SCALAR);
        } else if (operation instanceof SpatialDropout dropout) {
            return dropout(node, dropout.probability(), DropoutUnits.Kind.CHANNEL);
        } else if (operation instanceof StochasticDepth depth) {
            return dropout(node, depth.probability(), DropoutUnits.Kind.EXAMPLE);
        } else if (operation instanceof LocalResponseNorm norm) {
            return inSingle(localResponseNorm(norm, (Image) in));
        } else if (operation instanceof Scale scale) {
            return (inputs, pass) -> inputs[0].mul(new Scalar(scale.factor()));
        }
        throw new BadInputException("network " + network.name() + ": node " + node.name() + " is '" + operation.label()
                + "', which the engine libtorch does not have; choose another engine");
    }

    private Kernel dropout(Node node, double probability, DropoutUnits.Kind kind) {
        return new DropoutMask(new DropoutUnits(node.name(), probability, kind), transfers, words);
    }

    /** Where a half type's few bits would tell: sums of squares, and powers. */
    private static Kernel inSingle(Kernel kernel) {
        return (inputs, pass) -> {
            Tensor[] single = Arrays.stream(inputs)
                    .map(input -> input.to(ScalarType.Float))
                    .toArray(Tensor[]::new);
            return kernel.forward(single, pass).to(inputs[0].scalar_type());
        };
    }

    private TensorOptional bias(String node, boolean present) {
        return present ? new TensorOptional(tensors.operand(node + ".bias")) : new TensorOptional();
    }

    private Kernel convolution(String node, Convolution convolution, Image in) {
        Tensor weight = tensors.operand(node + ".weight");
        boolean single = convolution.kernelHeight() == 1 && convolution.kernelWidth() == 1;
        boolean strided = convolution.strideHeight() > 1 || convolution.strideWidth() > 1;
        boolean sampled =
                single && strided && onProcessor && in.channels() / convolution.groups() < CHANNELS_OF_A_BLOCK;
        long[] steps = {convolution.strideHeight(), convolution.strideWidth()};
        long[] stride = sampled ? new long[] {1, 1} : steps;
        long[] given = {convolution.paddingHeight(), convolution.paddingWidth()};
        long[] padding = sampled ? new long[] {0, 0} : given;
        // Of one pixel there is nothing to spread; but oneDNN's bf16 kernels for AVX-512 sum another gradient by the
        // input then.
        long[] dilation = {
            convolution.kernelHeight() == 1 ? 1 : convolution.dilationHeight(),
            convolution.kernelWidth() == 1 ? 1 : convolution.dilationWidth()
        };
        boolean pointwise =
                single && Arrays.equals(stride, new long[] {1, 1}) && Arrays.equals(padding, new long[] {0, 0});
        return (inputs, pass) -> {
            // One conversion for both passes.
            Tensor last = weight.contiguous(MemoryFormat.ChannelsLast);
            Tensor x = sampled ? sample(inputs[0], steps, given) : inputs[0];
            // PyTorch leaves oneDNN for the 1 x 1 kernels of few images on one thread, for something ten times slower.
            boolean manyRows =
                    pointwise && fewThreads && x.size(0) < FEW_IMAGES && x.is_contiguous(MemoryFormat.ChannelsLast);
            Tensor images = manyRows ? rowsAsImages(x) : x;
            Tensor y = torch.conv2d(
                    images, last, bias(node, convolution.bias()), stride, padding, dilation, convolution.groups());
            return manyRows ? imagesAsRows(y, x) : y;
        };
    }

    /** The pixels that a kernel of 1 x 1 reads with these strides. */
    private static Tensor sample(Tensor x, long[] strides, long[] padding) {
        Tensor padded = padding[0] == 0 && padding[1] == 0
                ? x
                : torch.constant_pad_nd(x, padding[1], padding[1], padding[0], padding[0]);
        return padded.slice(2, new LongOptional(), new LongOptional(), strides[0])
                .slice(3, new LongOptional(), new LongOptional(), strides[1])
                .contiguous(MemoryFormat.ChannelsLast);
    }

    /** {@code [N, C, H, W]} as {@code [N H, C, 1, W]}, in the same memory. */
    private static Tensor rowsAsImages(Tensor x) {
        return x.permute(0, 2, 3, 1)
                .view(x.size(0) * x.size(2), 1, x.size(3), x.size(1))
                .permute(0, 3, 1, 2);
    }

    /** Back, to the height of x. */
    private static Tensor imagesAsRows(Tensor y, Tensor x) {
        return y.permute(0, 2, 3, 1)
                .reshape(x.size(0), x.size(2), x.size(3), y.size(1))
                .permute(0, 3, 1, 2);
    }

    private Kernel batchNorm(String node, BatchNorm norm, Shape in) {
        Tensor weight = tensors.get(node + ".weight");
        Tensor bias = tensors.get(node + ".bias");
        boolean fixed = fixedNorms.contains(node);
        int pixels = in instanceof Image image ? image.height() * image.width() : 1;
        return (inputs, pass) -> {
            boolean measured = pass.training() && !fixed;
            if (measured) {
                Variance.require("batch norm", (double) pixels * pass.examples());
            }
            String mean = node + ".running_mean";
            String variance = node + ".running_var";
            return torch.batch_norm(
                    inputs[0],
                    new TensorOptional(weight),
                    new TensorOptional(bias),
                    new TensorOptional(measured ? tensors.batchStatistic(mean) : tensors.get(mean)),
                    new TensorOptional(measured ? tensors.batchStatistic(variance) : tensors.get(variance)),
                    measured,
                    // A running average of this batch alone is this batch's mean and unbiased variance.
                    1,
                    norm.epsilon(),
                    true);
        };
    }

    private static Tensor activate(Activation.Function function, Tensor x) {
        return switch (function) {
            case RELU -> torch.relu(x);
            case RELU6 -> torch.hardtanh(x, new Scalar(0.0), new Scalar(6.0));
            case SILU -> torch.silu(x);
            case SIGMOID -> torch.sigmoid(x);
            case HARD_SIGMOID -> torch.hardsigmoid(x);
            case HARD_SWISH -> torch.hardswish(x);
            case TANH -> torch.tanh(x);
        };
    }

    private static Kernel pooling(Pooling pooling) {
        long[] kernel = {pooling.kernelHeight(), pooling.kernelWidth()};
        long[] stride = {pooling.strideHeight(), pooling.strideWidth()};
        long[] padding = {pooling.paddingHeight(), pooling.paddingWidth()};
        return switch (pooling.kind()) {
            case MAX ->
                (inputs, pass) ->
                        torch.max_pool2d(inputs[0], kernel, stride, padding, new long[] {1, 1}, pooling.ceil());
            case AVERAGE ->
                (inputs, pass) -> torch.avg_pool2d(
                        inputs[0],
                        kernel,
                        stride,
                        padding,
                        pooling.ceil(),
                        pooling.countIncludePad(),
                        new LongOptional());
        };
    }

    private Kernel add(Node node) {
        String first = node.inputs().get(0);
        boolean overwritable = isOverwritable(first);
        return (inputs, pass) -> {
            // What a stage before computed is a leaf of this one.
            boolean leaf = inputs[0].is_leaf() && inputs[0].requires_grad();
            Tensor sum = inputs[0];
            if (overwritable && !leaf) {
                sum.add_(inputs[1]);
            } else {
                sum = sum.add(inputs[1]);
            }
            for (int i = 2; i < inputs.length; i++) {
                sum.add_(inputs[i]);
            }
            return sum;
        };
    }

    private static Kernel weightedAdd(Tensor weights) {
        return (inputs, pass) -> {
            Tensor factors = weights.sigmoid();
            Tensor sum = inputs[0].mul(factors.select(0, 0));
            for (int i = 1; i < inputs.length; i++) {
                sum.add_(inputs[i].mul(factors.select(0, i)));
            }
            return sum;
        };
    }

    private static Kernel shuffle(int groups, Image in) {
        return (inputs, pass) -> inputs[0]
                .permute(0, 2, 3, 1)
                .reshape(pass.examples(), in.height(), in.width(), groups, in.channels() / groups)
                .transpose(3, 4)
                .reshape(pass.examples(), in.height(), in.width(), in.channels())
                .permute(0, 3, 1, 2);
    }

    /** The sums over channels as an average pooling of rows of channels, whose backward pass is deterministic on a GPU too. */
    private static Kernel localResponseNorm(LocalResponseNorm norm, Image in) {
        int before = norm.size() / 2;
        return (inputs, pass) -> {
            Tensor x = inputs[0];
            Tensor squares = x.mul(x)
                    .permute(0, 2, 3, 1)
                    .reshape(pass.examples(), 1, (long) in.height() * in.width(), in.channels());
            Tensor means = torch.avg_pool2d(
                            torch.constant_pad_nd(squares, before, norm.size() - 1 - before),
                            new long[] {1, norm.size()},
                            new long[] {1, 1},
                            new long[] {0, 0},
                            false,
                            true,
                            new LongOptional())
                    .reshape(pass.examples(), in.height(), in.width(), in.channels())
                    .permute(0, 3, 1, 2);
            Tensor divisors = means.mul(new Scalar(norm.alpha())).add(new Scalar(norm.k()));
            return x.mul(divisors.pow(new Scalar(-norm.beta())));
        };
    }

    private Shape shape(String node) {
        Shape shape = shapes.get(node);
        if (shape == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return shape;
    }
}
