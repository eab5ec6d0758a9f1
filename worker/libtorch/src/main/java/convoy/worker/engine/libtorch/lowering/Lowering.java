package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
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
import convoy.architectures.operations.OperationVisitor;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.libtorch.transfer.FlatTensors;
import convoy.worker.engine.libtorch.transfer.Transfers;
import convoy.worker.engine.lowering.DropoutUnits;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * From a network's nodes to kernels. A ReLU that alone reads a node whose backward pass needs no output of its own becomes part of that
 * one's kernel and works in its output's memory; so does an addition in that of its first input.
 */
public final class Lowering {
    private final Network network;
    private final Map<String, Shape> shapes;
    private final FlatTensors tensors;
    private final Transfers transfers;
    private final RandomWords words;
    /** Norms that use running statistics in training too. */
    private final Set<String> fixedNorms;

    private final Convolutions convolutions;
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
        this.convolutions = Convolutions.with(options);
        this.words = words;
        this.fixedNorms = options.frozen().fixedNorms(network);
    }

    /**
     * Lowers a network.
     *
     * @param network that is lowered
     * @param tensors the values that kernels read
     * @param transfers those of the device
     * @param words what dropout reads
     * @param options of the engine
     * @return the kernels of all nodes
     */
    public static Lowering of(
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

    /**
     * {@return the node whose kernel computes this node's output}
     *
     * @param node its name
     */
    public String source(String node) {
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
        Kernel kernel = node.operation().accept(new KernelOf(node));
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

    /** The kernel of one node, by itself. */
    private final class KernelOf implements OperationVisitor<Kernel> {
        private final Node node;
        private final Shape in;

        private KernelOf(Node node) {
            this.node = node;
            this.in = shape(node.inputs().get(0));
        }

        @Override
        public Kernel convolution(Convolution convolution) {
            return convolutions.kernel(
                    convolution, (Image) in, tensors.operand(node.name() + ".weight"), bias(convolution.bias()));
        }

        @Override
        public Kernel dense(Dense dense) {
            Tensor weight = tensors.operand(node.name() + ".weight");
            Supplier<TensorOptional> bias = bias(dense.bias());
            return (inputs, pass) -> torch.linear(inputs[0], weight, bias.get());
        }

        private Supplier<TensorOptional> bias(boolean present) {
            if (!present) {
                return TensorOptional::new;
            }
            String name = node.name() + ".bias";
            return () -> new TensorOptional(tensors.operand(name));
        }

        @Override
        public Kernel activation(Activation activation) {
            return (inputs, pass) -> Activations.of(activation.function(), inputs[0]);
        }

        @Override
        public Kernel batchNorm(BatchNorm norm) {
            return Norms.batch(norm, in, node.name(), tensors, isFixed());
        }

        @Override
        public Kernel localResponseNorm(LocalResponseNorm norm) {
            return inSingle(Norms.localResponse(norm, (Image) in));
        }

        @Override
        public Kernel evoNormS0(EvoNormS0 norm) {
            return inSingle(EvoNorms.s0(norm, (Image) in, node.name(), tensors));
        }

        @Override
        public Kernel evoNormB0(EvoNormB0 norm) {
            return inSingle(EvoNorms.b0(norm, (Image) in, node.name(), tensors, isFixed()));
        }

        @Override
        public Kernel layerNorm(LayerNorm norm) {
            return inSingle(Norms.layer(norm, in, node.name(), tensors));
        }

        @Override
        public Kernel pooling(Pooling pooling) {
            return pool(pooling);
        }

        @Override
        public Kernel adaptiveAveragePool(AdaptiveAveragePool pool) {
            return AdaptiveAverage.kernel(pool, (Image) in, transfers);
        }

        @Override
        public Kernel add(Add add) {
            return sum(isOverwritable(node.inputs().get(0)));
        }

        @Override
        public Kernel weightedAdd(WeightedAdd add) {
            return inSingle(weightedSum(tensors.get(node.name() + ".weight")));
        }

        @Override
        public Kernel multiply(Multiply multiply) {
            return (inputs, pass) -> inputs[0].mul(inputs[1]);
        }

        @Override
        public Kernel concat(Concat concat) {
            return (inputs, pass) -> torch.cat(new TensorVector(inputs), 1);
        }

        @Override
        public Kernel channelSlice(ChannelSlice slice) {
            return (inputs, pass) -> inputs[0].narrow(1, slice.begin(), slice.end() - slice.begin());
        }

        @Override
        public Kernel channelShuffle(ChannelShuffle shuffle) {
            return shuffled(shuffle.groups(), (Image) in);
        }

        @Override
        public Kernel padChannels(PadChannels pad) {
            return (inputs, pass) -> torch.constant_pad_nd(inputs[0], 0, 0, 0, 0, pad.before(), pad.after());
        }

        @Override
        public Kernel flatten(Flatten flatten) {
            // Row-major: [C, H, W] whatever the layout in memory is.
            return (inputs, pass) -> inputs[0].reshape(pass.examples(), -1);
        }

        @Override
        public Kernel scale(Scale scale) {
            return (inputs, pass) -> inputs[0].mul(new Scalar(scale.factor()));
        }

        @Override
        public Kernel dropout(Dropout dropout) {
            return dropout(dropout.probability(), DropoutUnits.Kind.SCALAR);
        }

        @Override
        public Kernel spatialDropout(SpatialDropout dropout) {
            return dropout(dropout.probability(), DropoutUnits.Kind.CHANNEL);
        }

        @Override
        public Kernel stochasticDepth(StochasticDepth depth) {
            return dropout(depth.probability(), DropoutUnits.Kind.EXAMPLE);
        }

        private Kernel dropout(double probability, DropoutUnits.Kind kind) {
            return new DropoutMask(new DropoutUnits(node.name(), probability, kind), transfers, words);
        }

        private boolean isFixed() {
            return fixedNorms.contains(node.name());
        }
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

    private static Kernel pool(Pooling pooling) {
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
            case LP -> inSingle(LpPooling.kernel(pooling));
        };
    }

    /** In the memory of the first input, where nobody else reads that. */
    private static Kernel sum(boolean overwritable) {
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

    private static Kernel weightedSum(Tensor weights) {
        return (inputs, pass) -> {
            Tensor factors = weights.sigmoid();
            Tensor sum = inputs[0].mul(factors.select(0, 0));
            for (int i = 1; i < inputs.length; i++) {
                sum.add_(inputs[i].mul(factors.select(0, i)));
            }
            return sum;
        };
    }

    private static Kernel shuffled(int groups, Image in) {
        return (inputs, pass) -> inputs[0]
                .permute(0, 2, 3, 1)
                .reshape(pass.examples(), in.height(), in.width(), groups, in.channels() / groups)
                .transpose(3, 4)
                .reshape(pass.examples(), in.height(), in.width(), in.channels())
                .permute(0, 3, 1, 2);
    }

    private Shape shape(String node) {
        Shape shape = shapes.get(node);
        if (shape == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return shape;
    }
}
