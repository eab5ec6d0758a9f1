package convoy.worker.engine.nd4j;

import convoy.architectures.graph.Head;
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
import convoy.records.BadInputException;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.lowering.DropoutUnits;
import convoy.worker.engine.nd4j.convolution.ConvolutionKernel;
import convoy.worker.engine.nd4j.convolution.DenseKernel;
import convoy.worker.engine.nd4j.convolution.DepthwiseKernel;
import convoy.worker.engine.nd4j.convolution.GroupedConvolutionKernel;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.norm.BatchNormKernel;
import convoy.worker.engine.nd4j.norm.EvoNormB0Kernel;
import convoy.worker.engine.nd4j.norm.EvoNormS0Kernel;
import convoy.worker.engine.nd4j.norm.LayerNormKernel;
import convoy.worker.engine.nd4j.norm.LocalResponseNormKernel;
import convoy.worker.engine.nd4j.pointwise.ActivationKernel;
import convoy.worker.engine.nd4j.pointwise.AddKernel;
import convoy.worker.engine.nd4j.pointwise.DropoutKernel;
import convoy.worker.engine.nd4j.pointwise.MultiplyKernel;
import convoy.worker.engine.nd4j.pointwise.ScaleKernel;
import convoy.worker.engine.nd4j.pointwise.WeightedAddKernel;
import convoy.worker.engine.nd4j.shape.AdaptiveAverageKernel;
import convoy.worker.engine.nd4j.shape.ChannelMapKernel;
import convoy.worker.engine.nd4j.shape.ConcatKernel;
import convoy.worker.engine.nd4j.shape.FlattenKernel;
import convoy.worker.engine.nd4j.shape.LpPoolingKernel;
import convoy.worker.engine.nd4j.shape.PoolingKernel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * From a network's nodes to kernels. A ReLU that alone reads a convolution, dense layer, batch norm or addition becomes part of
 * that one's kernel.
 */
final class Lowering {
    private final Network network;
    private final Map<String, Shape> shapes;
    private final Supplier<MicroBatchKey> key;
    private final Set<String> fixedNorms;
    /** ReLUs that are part of another node's kernel, with that node. */
    private final Map<String, String> fused = new HashMap<>();

    private final Map<String, Kernel> kernels = new LinkedHashMap<>();

    private Lowering(Network network, Supplier<MicroBatchKey> key, Set<String> fixedNorms) {
        this.network = network;
        this.shapes = network.shapes();
        this.key = key;
        this.fixedNorms = fixedNorms;
    }

    /**
     * Lowers a network.
     *
     * @param key the key of the micro-batch that is being computed
     * @param fixedNorms batch norms that use running statistics in training too
     * @throws BadInputException if it has an operation that no kernel has
     */
    static Lowering of(Network network, Supplier<MicroBatchKey> key, Set<String> fixedNorms) {
        Lowering lowering = new Lowering(network, key, fixedNorms);
        lowering.fuse();
        for (Node node : network.nodes()) {
            if (!lowering.fused.containsKey(node.name())) {
                lowering.kernels.put(node.name(), lowering.kernel(node));
            }
        }
        return lowering;
    }

    /** The kernels by the name of their node, each after its inputs'. */
    Map<String, Kernel> kernels() {
        return kernels;
    }

    /** The node whose kernel computes this node's output. */
    String source(String node) {
        return fused.getOrDefault(node, node);
    }

    private void fuse() {
        Map<String, Integer> readers = new HashMap<>();
        Set<String> heads = new HashSet<>();
        network.nodes().forEach(node -> node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum)));
        for (Head head : network.heads()) {
            heads.add(head.output());
        }
        Map<String, Operation> operations = new HashMap<>();
        for (Node node : network.nodes()) {
            operations.put(node.name(), node.operation());
            if (node.operation() instanceof Activation activation
                    && activation.function() == Activation.Function.RELU) {
                String input = node.inputs().get(0);
                Operation before = operations.get(input);
                boolean takesRelu = before instanceof Convolution
                        || before instanceof Dense
                        || before instanceof BatchNorm
                        || before instanceof Add;
                if (takesRelu && readers.getOrDefault(input, 0) == 1 && !heads.contains(input)) {
                    fused.put(node.name(), input);
                }
            }
        }
    }

    private Kernel kernel(Node node) {
        if (new HashSet<>(node.inputs()).size() < node.inputs().size()) {
            throw lacking(node, "reads one input twice");
        }
        return node.operation().accept(new KernelOf(node));
    }

    /** The kernel of one node. */
    private final class KernelOf implements OperationVisitor<Kernel> {
        private final Node node;
        private final Shape in;
        private final Shape out;
        /** Whether a ReLU is part of it. */
        private final boolean relu;

        /** Whether it is a norm that uses running statistics in training too. */
        private final boolean fixed;

        private KernelOf(Node node) {
            this.node = node;
            this.in = shape(node.inputs().get(0));
            this.out = shape(node.name());
            this.relu = fused.containsValue(node.name());
            this.fixed = fixedNorms.contains(node.name());
        }

        @Override
        public Kernel convolution(Convolution convolution) {
            // ND4J's operation has a dilation, but what it asks of oneDNN for it does not exist.
            if (convolution.dilationHeight() != 1 || convolution.dilationWidth() != 1) {
                throw lacking(node, "is a convolution with dilation");
            }
            if (convolution.groups() == in.channels() && convolution.out() == in.channels()) {
                return new DepthwiseKernel(convolution, image(in), image(out), relu);
            }
            return convolution.groups() == 1
                    ? new ConvolutionKernel(convolution, image(in), image(out), relu)
                    : new GroupedConvolutionKernel(convolution, image(in), image(out), relu);
        }

        @Override
        public Kernel dense(Dense dense) {
            return new DenseKernel(in.size(), dense.out(), dense.bias(), relu);
        }

        @Override
        public Kernel activation(Activation activation) {
            return new ActivationKernel(activation.function());
        }

        @Override
        public Kernel batchNorm(BatchNorm norm) {
            return new BatchNormKernel(in.channels(), norm.epsilon(), relu, fixed);
        }

        @Override
        public Kernel localResponseNorm(LocalResponseNorm norm) {
            return new LocalResponseNormKernel(norm);
        }

        @Override
        public Kernel evoNormS0(EvoNormS0 norm) {
            return new EvoNormS0Kernel(norm, in.channels());
        }

        @Override
        public Kernel evoNormB0(EvoNormB0 norm) {
            return new EvoNormB0Kernel(norm, in.channels(), fixed);
        }

        @Override
        public Kernel layerNorm(LayerNorm norm) {
            return new LayerNormKernel(norm.epsilon(), in.channels());
        }

        @Override
        public Kernel pooling(Pooling pooling) {
            return pooling.kind() == Pooling.Kind.LP
                    ? new LpPoolingKernel(pooling, image(in), image(out))
                    : new PoolingKernel(pooling, image(in), image(out));
        }

        @Override
        public Kernel adaptiveAveragePool(AdaptiveAveragePool pool) {
            return new AdaptiveAverageKernel(image(in), image(out));
        }

        @Override
        public Kernel add(Add add) {
            return new AddKernel(relu);
        }

        @Override
        public Kernel weightedAdd(WeightedAdd add) {
            return new WeightedAddKernel(node.inputs().size());
        }

        @Override
        public Kernel multiply(Multiply multiply) {
            return new MultiplyKernel();
        }

        @Override
        public Kernel concat(Concat concat) {
            return new ConcatKernel();
        }

        @Override
        public Kernel channelSlice(ChannelSlice slice) {
            return ChannelMapKernel.slice(in.channels(), slice.begin(), slice.end());
        }

        @Override
        public Kernel channelShuffle(ChannelShuffle shuffle) {
            return ChannelMapKernel.shuffle(in.channels(), shuffle.groups());
        }

        @Override
        public Kernel padChannels(PadChannels pad) {
            return ChannelMapKernel.pad(in.channels(), pad.before(), pad.after());
        }

        @Override
        public Kernel flatten(Flatten flatten) {
            return new FlattenKernel();
        }

        @Override
        public Kernel scale(Scale scale) {
            return new ScaleKernel(scale.factor());
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
            return new DropoutKernel(new DropoutUnits(node.name(), probability, kind), key);
        }
    }

    private BadInputException lacking(Node node, String what) {
        return new BadInputException("network " + network.name() + ": node " + node.name() + " " + what
                + ", which the engine nd4j does not have; choose another engine");
    }

    private Shape shape(String node) {
        Shape shape = shapes.get(node);
        if (shape == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return shape;
    }

    private static Image image(Shape shape) {
        if (shape instanceof Image image) {
            return image;
        }
        throw new IllegalArgumentException("a vector of " + shape + " where only an image can be");
    }

    /** The inputs of a node's kernel. */
    List<String> inputs(Node node) {
        return node.inputs().stream().map(this::source).toList();
    }
}
