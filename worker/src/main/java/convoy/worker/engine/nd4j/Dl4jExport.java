package convoy.worker.engine.nd4j;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A trained network as a DL4J model, {@code ModelSerializer}'s zip, of DL4J's own layers only, so that it is restored without
 * Convoy. Its input is {@code [N, C, H, W]}, its output the probabilities of the main head. Nodes keep their names.
 */
public final class Dl4jExport {
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final Network network;
    private final Map<String, Shape> shapes;
    private final GraphBuilder graph;
    /** The vertex that has each node's output; several nodes have one where one does nothing in inference. */
    private final Map<String, String> vertices = new HashMap<>();
    /** Nodes whose output is never negative, where zeros cannot win a maximum. */
    private final Set<String> nonNegative = new HashSet<>();
    /** Nodes whose output DL4J has as vectors {@code [N, C]} and not as {@code [N, C, 1, 1]}. */
    private final Set<String> collapsed = new HashSet<>();

    private Dl4jExport(Network network) {
        this.network = network;
        this.shapes = network.shapes();
        this.graph = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                // The default is the time of day, which would make no two files equal.
                .seed(0)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs(Network.INPUT);
        vertices.put(Network.INPUT, Network.INPUT);
    }

    /**
     * Writes the inference network with these parameters; the stream stays open.
     *
     * @param network the network, with or without auxiliary heads
     * @param flat its flat vector, in the layout of {@link NetworkLayout}
     * @throws BadInputException if DL4J's layers cannot express the network
     */
    public static void write(Network network, float[] flat, OutputStream out) throws IOException {
        NativeBackend.prepareForReading();
        ParameterLayout layout = NetworkLayout.of(network);
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + flat.length + " floats for network "
                    + network.name() + ", which has " + layout.size());
        }
        Dl4jExport export = new Dl4jExport(network.inference());
        ComputationGraph model = export.model();
        export.fill(model, layout, flat);
        store(model, out);
        model.params().close();
    }

    /**
     * What {@code ModelSerializer.writeModel} writes, but the same bytes for the same model, and many times faster: without
     * compression, which gains nothing with weights, and not float by float.
     *
     * <table>
     * <caption>The entries of the zip</caption>
     * <tr><td>configuration.json</td><td>the graph</td></tr>
     * <tr><td>coefficients.bin</td><td>ND4J's shape buffer, and then as {@code DataOutputStream} has them: UTF allocation mode,
     *     long number of floats, UTF "FLOAT", the floats, big-endian</td></tr>
     * </table>
     */
    private static void store(ComputationGraph model, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.setLevel(Deflater.NO_COMPRESSION);
        zip.putNextEntry(entry(ModelSerializer.CONFIGURATION_JSON));
        zip.write(model.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.putNextEntry(entry(ModelSerializer.COEFFICIENTS_BIN));
        DataOutputStream coefficients = new DataOutputStream(new BufferedOutputStream(zip));
        INDArray parameters = model.params();
        parameters.shapeInfoDataBuffer().write(coefficients);
        coefficients.writeUTF(parameters.data().allocationMode().name());
        coefficients.writeLong(parameters.length());
        coefficients.writeUTF(DataType.FLOAT.name());
        FloatBuffer floats = HostFloats.read(parameters);
        ByteBuffer piece = ByteBuffer.allocate(BYTES_AT_ONCE);
        while (floats.hasRemaining()) {
            int count = Math.min(floats.remaining(), BYTES_AT_ONCE / Float.BYTES);
            piece.asFloatBuffer().put(floats.slice().limit(count));
            floats.position(floats.position() + count);
            coefficients.write(piece.array(), 0, count * Float.BYTES);
        }
        coefficients.flush();
        zip.closeEntry();
        zip.finish();
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }

    private ComputationGraph model() {
        for (Node node : network.nodes()) {
            vertices.put(node.name(), node.operation().isIdentityInInference() ? input(node) : vertex(node));
            if (isNonNegative(node)) {
                nonNegative.add(node.name());
            }
        }
        graph.addLayer(
                "probabilities",
                new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .build(),
                vertexOf(network.mainHead().output()));
        ComputationGraph model =
                new ComputationGraph(graph.setOutputs("probabilities").build());
        model.init();
        return model;
    }

    private void fill(ComputationGraph model, ParameterLayout layout, float[] flat) {
        for (Node node : network.nodes()) {
            String name = node.name();
            if (node.operation() instanceof Convolution || node.operation() instanceof Dense) {
                // Dense weights are [in, out] column by column, which is PyTorch's [out, in] row by row.
                copy(flat, layout.segment(name + ".weight"), model.getParam(name + "_W"));
                if (hasBias(node.operation())) {
                    copy(flat, layout.segment(name + ".bias"), model.getParam(name + "_b"));
                }
            } else if (node.operation() instanceof BatchNorm) {
                copy(flat, layout.segment(name + ".weight"), model.getParam(name + "_gamma"));
                copy(flat, layout.segment(name + ".bias"), model.getParam(name + "_beta"));
                copy(flat, layout.segment(name + ".running_mean"), model.getParam(name + "_mean"));
                copy(flat, layout.segment(name + ".running_var"), model.getParam(name + "_var"));
            }
        }
    }

    private static boolean hasBias(Operation operation) {
        return operation instanceof Convolution convolution
                ? convolution.bias()
                : operation instanceof Dense dense && dense.bias();
    }

    private static void copy(float[] flat, Segment segment, INDArray parameter) {
        if (parameter.length() != segment.size()) {
            throw new IllegalStateException(
                    segment.name() + " has " + segment.size() + " floats, DL4J's parameter " + parameter.length());
        }
        HostFloats.write(parameter).put(0, flat, segment.begin(), segment.size());
    }

    /** Adds what a node needs and returns the name of the vertex that has its output. */
    private String vertex(Node node) {
        String name = node.name();
        String input = input(node);
        Shape in = shape(node.inputs().get(0));
        Shape out = shape(name);
        Operation operation = node.operation();
        if (operation instanceof Convolution convolution) {
            return convolution(node, convolution, (Image) in, input);
        } else if (operation instanceof Dense dense) {
            graph.addLayer(
                    name,
                    new DenseLayer.Builder()
                            .nIn(in.size())
                            .nOut(dense.out())
                            .hasBias(dense.bias())
                            .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                            .build(),
                    input);
        } else if (operation instanceof BatchNorm norm) {
            int channels = in instanceof Image image ? image.channels() : in.size();
            graph.addLayer(
                    name,
                    new BatchNormalization.Builder()
                            .decay(1 - norm.momentum())
                            .nIn(channels)
                            .nOut(channels)
                            .eps(norm.epsilon())
                            .useLogStd(false)
                            .build(),
                    input);
        } else if (operation instanceof Activation activation) {
            graph.addLayer(name, new ActivationLayer(function(node, activation)), input);
        } else if (operation instanceof Pooling pooling) {
            return pooling(node, pooling, (Image) in, (Image) out, input);
        } else if (operation instanceof AdaptiveAveragePool) {
            return adaptive(node, (Image) in, (Image) out, input);
        } else if (operation instanceof Add) {
            graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs(node));
        } else if (operation instanceof Multiply
                && in.equals(shape(node.inputs().get(1)))) {
            graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Product), inputs(node));
        } else if (operation instanceof Concat) {
            graph.addVertex(name, new MergeVertex(), inputs(node));
        } else if (operation instanceof ChannelSlice slice) {
            graph.addVertex(name, new SubsetVertex(slice.begin(), slice.end() - 1), input);
        } else if (operation instanceof PadChannels pad) {
            pad(node, pad, ((Image) in).channels(), input);
        } else if (operation instanceof Flatten) {
            return flatten(node, in, input);
        } else if (operation instanceof LocalResponseNorm norm && norm.size() % 2 == 1) {
            // DL4J's alpha is not divided by the size.
            graph.addLayer(
                    name,
                    new LocalResponseNormalization.Builder(norm.size(), norm.alpha() / norm.size(), norm.beta())
                            .k(norm.k())
                            .build(),
                    input);
        } else if (operation instanceof Scale scale) {
            graph.addVertex(name, new ScaleVertex(scale.factor()), input);
        } else {
            throw lacking(node, "'" + operation.label() + "'");
        }
        return name;
    }

    private String convolution(Node node, Convolution convolution, Image in, String input) {
        if (convolution.groups() != 1) {
            throw lacking(node, "a convolution of " + convolution.groups() + " groups");
        }
        graph.addLayer(
                node.name(),
                new ConvolutionLayer.Builder(convolution.kernelHeight(), convolution.kernelWidth())
                        .stride(convolution.strideHeight(), convolution.strideWidth())
                        .padding(convolution.paddingHeight(), convolution.paddingWidth())
                        .dilation(convolution.dilationHeight(), convolution.dilationWidth())
                        .nIn(in.channels())
                        .nOut(convolution.out())
                        .hasBias(convolution.bias())
                        .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                        .build(),
                input);
        return node.name();
    }

    private org.nd4j.linalg.activations.Activation function(Node node, Activation activation) {
        return switch (activation.function()) {
            case RELU -> org.nd4j.linalg.activations.Activation.RELU;
            case RELU6 -> org.nd4j.linalg.activations.Activation.RELU6;
            case SILU -> org.nd4j.linalg.activations.Activation.SWISH;
            case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
            case TANH -> org.nd4j.linalg.activations.Activation.TANH;
            // DL4J's hard sigmoid has the slope 0.2, PyTorch's 1 / 6.
            case HARD_SIGMOID, HARD_SWISH -> throw lacking(node, "'" + activation.label() + "'");
        };
    }

    private String pooling(Node node, Pooling pooling, Image in, Image out, String input) {
        int extraRows = (out.height() - 1) * pooling.strideHeight()
                + pooling.kernelHeight()
                - in.height()
                - 2 * pooling.paddingHeight();
        int extraColumns = (out.width() - 1) * pooling.strideWidth()
                + pooling.kernelWidth()
                - in.width()
                - 2 * pooling.paddingWidth();
        String from = input;
        if (extraRows > 0 || extraColumns > 0) {
            if (pooling.kind() != Pooling.Kind.MAX
                    || !nonNegative.contains(node.inputs().get(0))) {
                throw lacking(node, "a pooling that rounds up its output's sides");
            }
            from = node.name() + ".padding";
            graph.addLayer(
                    from,
                    new ZeroPaddingLayer.Builder(0, Math.max(0, extraRows), 0, Math.max(0, extraColumns)).build(),
                    input);
        }
        graph.addLayer(
                node.name(),
                subsampling(pooling.kind() == Pooling.Kind.MAX)
                        .kernelSize(pooling.kernelHeight(), pooling.kernelWidth())
                        .stride(pooling.strideHeight(), pooling.strideWidth())
                        .padding(pooling.paddingHeight(), pooling.paddingWidth())
                        .avgPoolIncludePadInDivisor(pooling.countIncludePad())
                        .build(),
                from);
        return node.name();
    }

    private static SubsamplingLayer.Builder subsampling(boolean maximum) {
        return new SubsamplingLayer.Builder(
                maximum ? SubsamplingLayer.PoolingType.MAX : SubsamplingLayer.PoolingType.AVG);
    }

    private String adaptive(Node node, Image in, Image out, String input) {
        if (in.equals(out)) {
            return input;
        }
        if (out.height() == 1 && out.width() == 1) {
            graph.addLayer(node.name(), new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), input);
            collapsed.add(node.name());
            return node.name();
        }
        if (in.height() % out.height() != 0 || in.width() % out.width() != 0) {
            throw lacking(node, "a mean over bins of unequal sizes, from " + in + " to " + out);
        }
        int rows = in.height() / out.height();
        int columns = in.width() / out.width();
        graph.addLayer(
                node.name(),
                subsampling(false)
                        .kernelSize(rows, columns)
                        .stride(rows, columns)
                        .build(),
                input);
        return node.name();
    }

    private String flatten(Node node, Shape in, String input) {
        if (collapsed.contains(node.inputs().get(0)) || !(in instanceof Image image)) {
            return input;
        }
        graph.addVertex(
                node.name(),
                new PreprocessorVertex(
                        new CnnToFeedForwardPreProcessor(image.height(), image.width(), image.channels())),
                input);
        return node.name();
    }

    /** DL4J has no layer of zeros: they are the input's own channels times zero, as often as it takes. */
    private void pad(Node node, PadChannels pad, int channels, String input) {
        List<String> parts = new ArrayList<>();
        zeros(node.name() + ".before", pad.before(), channels, input, parts);
        parts.add(input);
        zeros(node.name() + ".after", pad.after(), channels, input, parts);
        graph.addVertex(node.name(), new MergeVertex(), parts.toArray(String[]::new));
    }

    private void zeros(String name, int count, int channels, String input, List<String> parts) {
        for (int made = 0; made < count; made += channels) {
            String subset = name + "." + made;
            graph.addVertex(subset, new SubsetVertex(0, Math.min(channels, count - made) - 1), input);
            graph.addVertex(subset + ".zero", new ScaleVertex(0), subset);
            parts.add(subset + ".zero");
        }
    }

    private boolean isNonNegative(Node node) {
        Operation operation = node.operation();
        if (operation instanceof Activation activation) {
            return switch (activation.function()) {
                case RELU, RELU6, SIGMOID, HARD_SIGMOID -> true;
                case SILU, HARD_SWISH, TANH -> false;
            };
        }
        boolean keepsSign = operation instanceof Pooling
                || operation instanceof AdaptiveAveragePool
                || operation instanceof Concat
                || operation instanceof Add
                || operation instanceof Multiply
                || operation instanceof PadChannels
                || operation instanceof Flatten
                || operation.isIdentityInInference();
        return keepsSign && nonNegative.containsAll(node.inputs());
    }

    private String input(Node node) {
        return vertexOf(node.inputs().get(0));
    }

    private String[] inputs(Node node) {
        return node.inputs().stream().map(this::vertexOf).toArray(String[]::new);
    }

    private String vertexOf(String node) {
        String vertex = vertices.get(node);
        if (vertex == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return vertex;
    }

    private Shape shape(String node) {
        Shape shape = shapes.get(node);
        if (shape == null) {
            throw new IllegalArgumentException(node + " is no node of " + network.name());
        }
        return shape;
    }

    private BadInputException lacking(Node node, String what) {
        return new BadInputException("network " + network.name() + " cannot be written for DL4J: node " + node.name()
                + " is " + what + ", which none of its layers is; use model.safetensors");
    }
}
