package convoy.worker.engine.nd4j;

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
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network of DL4J's own layers that infers what ours does. Nodes keep their names. */
final class Dl4jGraph {
    /** What it gives out, after softmax. */
    private static final String OUTPUT = "probabilities";

    private final Network network;
    private final Map<String, Shape> shapes;
    private final GraphBuilder graph;
    /** By node; several have the same one where some do nothing in inference. */
    private final Map<String, Vertex> vertices = new HashMap<>();
    /** The tensor that each of DL4J's parameters is. */
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /**
     * What has a node's output.
     *
     * @param nonNegative whether no scalar of it is ever negative, so that zeros cannot win a maximum
     * @param collapsed whether DL4J has it as vectors {@code [N, C]} and not as {@code [N, C, 1, 1]}
     */
    private record Vertex(String name, boolean nonNegative, boolean collapsed) {}

    private Dl4jGraph(Network network) {
        this.network = network;
        this.shapes = network.shapes();
        this.graph = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                // The default is the time of day, which would make no two files equal.
                .seed(0)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs(Network.INPUT);
        vertices.put(Network.INPUT, new Vertex(Network.INPUT, false, false));
    }

    /**
     * Makes it.
     *
     * @param network without auxiliary heads
     * @param flat values of the layout
     * @throws BadInputException if DL4J's layers cannot express the network
     */
    static ComputationGraph of(Network network, ParameterLayout layout, float[] flat) {
        Dl4jGraph made = new Dl4jGraph(network);
        ComputationGraph model = made.model();
        made.parameters.forEach((parameter, tensor) -> copy(flat, layout.segment(tensor), model.getParam(parameter)));
        return model;
    }

    private ComputationGraph model() {
        for (Node node : network.nodes()) {
            vertices.put(node.name(), node.operation().accept(new VertexOf(node)));
        }
        graph.addLayer(
                OUTPUT,
                new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .build(),
                vertexOf(network.mainHead().output()).name());
        ComputationGraph model = new ComputationGraph(graph.setOutputs(OUTPUT).build());
        model.init();
        return model;
    }

    private static void copy(float[] flat, Segment segment, INDArray parameter) {
        if (parameter.length() != segment.size()) {
            throw new IllegalStateException(segment.name() + " has " + Counts.plain(segment.size(), "float")
                    + ", DL4J's parameter " + parameter.length());
        }
        HostFloats.write(parameter).put(0, flat, segment.begin(), segment.size());
    }

    /** Adds what a node needs and says what has its output. */
    private final class VertexOf implements OperationVisitor<Vertex> {
        private final Node node;
        private final String name;
        private final Vertex input;
        private final Shape in;
        private final Shape out;

        private VertexOf(Node node) {
            this.node = node;
            this.name = node.name();
            this.input = vertexOf(node.inputs().get(0));
            this.in = shape(node.inputs().get(0));
            this.out = shape(name);
        }

        @Override
        public Vertex convolution(Convolution convolution) {
            if (convolution.groups() != 1) {
                throw lacking("a convolution of " + Counts.plain(convolution.groups(), "group"));
            }
            graph.addLayer(name, Dl4jLayers.convolution(convolution, in.channels()), input.name());
            filter(convolution.bias());
            return signed();
        }

        @Override
        public Vertex dense(Dense dense) {
            graph.addLayer(name, Dl4jLayers.dense(dense, in.size()), input.name());
            filter(dense.bias());
            return signed();
        }

        /** Dense weights are [in, out] column by column, which is PyTorch's [out, in] row by row. */
        private void filter(boolean bias) {
            parameters.put(name + "_W", name + ".weight");
            if (bias) {
                parameters.put(name + "_b", name + ".bias");
            }
        }

        @Override
        public Vertex batchNorm(BatchNorm norm) {
            graph.addLayer(name, Dl4jLayers.batchNorm(norm, in.channels()), input.name());
            parameters.put(name + "_gamma", name + ".weight");
            parameters.put(name + "_beta", name + ".bias");
            parameters.put(name + "_mean", name + ".running_mean");
            parameters.put(name + "_var", name + ".running_var");
            return signed();
        }

        @Override
        public Vertex localResponseNorm(LocalResponseNorm norm) {
            if (norm.size() % 2 == 0) {
                throw lacking(norm);
            }
            graph.addLayer(name, Dl4jLayers.localResponseNorm(norm), input.name());
            return signed();
        }

        @Override
        public Vertex evoNormS0(EvoNormS0 norm) {
            throw lacking(norm);
        }

        @Override
        public Vertex layerNorm(LayerNorm norm) {
            throw lacking(norm);
        }

        @Override
        public Vertex evoNormB0(EvoNormB0 norm) {
            throw lacking(norm);
        }

        @Override
        public Vertex activation(Activation activation) {
            graph.addLayer(
                    name,
                    new ActivationLayer(
                            Dl4jLayers.function(activation.function()).orElseThrow(() -> lacking(activation))),
                    input.name());
            return new Vertex(name, Dl4jLayers.isNonNegative(activation.function()), false);
        }

        @Override
        public Vertex pooling(Pooling pooling) {
            if (pooling.kind() == Pooling.Kind.LP) {
                throw lacking(pooling);
            }
            int extraRows = Dl4jLayers.rowsBeyond(pooling, image(in), image(out));
            int extraColumns = Dl4jLayers.columnsBeyond(pooling, image(in), image(out));
            String from = input.name();
            if (extraRows > 0 || extraColumns > 0) {
                if (pooling.kind() != Pooling.Kind.MAX || !input.nonNegative()) {
                    throw lacking("a pooling that rounds up its output's sides");
                }
                from = name + ".padding";
                graph.addLayer(
                        from,
                        new ZeroPaddingLayer.Builder(0, Math.max(0, extraRows), 0, Math.max(0, extraColumns)).build(),
                        input.name());
            }
            graph.addLayer(name, Dl4jLayers.pooling(pooling), from);
            return likeInputs();
        }

        @Override
        public Vertex adaptiveAveragePool(AdaptiveAveragePool pool) {
            if (in.equals(out)) {
                return input;
            }
            if (pool.height() == 1 && pool.width() == 1) {
                graph.addLayer(name, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), input.name());
                return new Vertex(name, input.nonNegative(), true);
            }
            if (image(in).height() % pool.height() != 0 || image(in).width() % pool.width() != 0) {
                throw lacking("a mean over bins of unequal sizes, from " + in + " to " + out);
            }
            int rows = image(in).height() / pool.height();
            int columns = image(in).width() / pool.width();
            graph.addLayer(name, Dl4jLayers.average(rows, columns), input.name());
            return likeInputs();
        }

        @Override
        public Vertex add(Add add) {
            return joined(new ElementWiseVertex(ElementWiseVertex.Op.Add));
        }

        @Override
        public Vertex weightedAdd(WeightedAdd add) {
            throw lacking(add);
        }

        @Override
        public Vertex multiply(Multiply multiply) {
            if (!in.equals(shape(node.inputs().get(1)))) {
                throw lacking(multiply);
            }
            return joined(new ElementWiseVertex(ElementWiseVertex.Op.Product));
        }

        @Override
        public Vertex concat(Concat concat) {
            return joined(new MergeVertex());
        }

        private Vertex joined(GraphVertex vertex) {
            graph.addVertex(
                    name,
                    vertex,
                    node.inputs().stream().map(from -> vertexOf(from).name()).toArray(String[]::new));
            return likeInputs();
        }

        @Override
        public Vertex channelSlice(ChannelSlice slice) {
            graph.addVertex(name, new SubsetVertex(slice.begin(), slice.end() - 1), input.name());
            return signed();
        }

        @Override
        public Vertex channelShuffle(ChannelShuffle shuffle) {
            throw lacking(shuffle);
        }

        @Override
        public Vertex padChannels(PadChannels pad) {
            // DL4J has no layer of zeros: they are the input's own channels times zero, as often as it takes.
            List<String> parts = new ArrayList<>();
            zeros(name + ".before", pad.before(), parts);
            parts.add(input.name());
            zeros(name + ".after", pad.after(), parts);
            graph.addVertex(name, new MergeVertex(), parts.toArray(String[]::new));
            return likeInputs();
        }

        private void zeros(String prefix, int count, List<String> parts) {
            for (int made = 0; made < count; made += in.channels()) {
                String subset = prefix + "." + made;
                graph.addVertex(subset, new SubsetVertex(0, Math.min(in.channels(), count - made) - 1), input.name());
                graph.addVertex(subset + ".zero", new ScaleVertex(0), subset);
                parts.add(subset + ".zero");
            }
        }

        @Override
        public Vertex flatten(Flatten flatten) {
            if (input.collapsed() || !(in instanceof Image image)) {
                return input;
            }
            graph.addVertex(
                    name,
                    new PreprocessorVertex(
                            new CnnToFeedForwardPreProcessor(image.height(), image.width(), image.channels())),
                    input.name());
            return likeInputs();
        }

        @Override
        public Vertex scale(Scale scale) {
            graph.addVertex(name, new ScaleVertex(scale.factor()), input.name());
            return signed();
        }

        @Override
        public Vertex dropout(Dropout noise) {
            return input;
        }

        @Override
        public Vertex spatialDropout(SpatialDropout noise) {
            return input;
        }

        @Override
        public Vertex stochasticDepth(StochasticDepth noise) {
            return input;
        }

        /** Its output may be negative. */
        private Vertex signed() {
            return new Vertex(name, false, false);
        }

        /** Its output is never negative if no input is. */
        private Vertex likeInputs() {
            return new Vertex(
                    name, node.inputs().stream().allMatch(from -> vertexOf(from).nonNegative()), false);
        }

        private BadInputException lacking(Operation operation) {
            return lacking("'" + operation.label() + "'");
        }

        private BadInputException lacking(String what) {
            return Dl4jGraph.this.lacking(node, what);
        }
    }

    private static Image image(Shape shape) {
        return (Image) shape;
    }

    private Vertex vertexOf(String node) {
        return known(vertices, node);
    }

    private Shape shape(String node) {
        return known(shapes, node);
    }

    private <V> V known(Map<String, V> byNode, String node) {
        V value = byNode.get(node);
        if (value == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return value;
    }

    private BadInputException lacking(Node node, String what) {
        return new BadInputException("network " + network.name() + " cannot be written for DL4J: node " + node.name()
                + " is " + what + ", which none of its layers is; use model.safetensors");
    }
}
