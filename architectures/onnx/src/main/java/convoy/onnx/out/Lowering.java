package convoy.onnx.out;

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
import convoy.architectures.operations.OperationVisitor;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.Attributes;
import convoy.onnx.Functions;
import convoy.onnx.Vocabulary;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;

/**
 * One node as nodes of ONNX, of which the last has its name.
 *
 * @param to takes the nodes
 * @param name of the node
 * @param inputs the values that it reads
 * @param shapes of these
 * @param output its shape
 */
record Lowering(GraphWriter to, String name, List<String> inputs, List<Shape> shapes, Shape output)
        implements OperationVisitor<String> {
    private String x() {
        return inputs.get(0);
    }

    private List<String> and(String... tensors) {
        return Stream.concat(inputs.stream(), Stream.of(tensors)).toList();
    }

    private String tensor(String suffix) {
        return name + "." + suffix;
    }

    private Image image() {
        return (Image) shapes.get(0);
    }

    @Override
    public String convolution(Convolution convolution) {
        List<String> read = convolution.bias() ? and(tensor("weight"), tensor("bias")) : and(tensor("weight"));
        return to.node(
                name,
                "Conv",
                read,
                Attributes.integers("kernel_shape", convolution.kernelHeight(), convolution.kernelWidth()),
                Attributes.integers("strides", convolution.strideHeight(), convolution.strideWidth()),
                Attributes.integers(
                        "pads",
                        convolution.paddingHeight(),
                        convolution.paddingWidth(),
                        convolution.paddingHeight(),
                        convolution.paddingWidth()),
                Attributes.integers("dilations", convolution.dilationHeight(), convolution.dilationWidth()),
                Attributes.integer("group", convolution.groups()));
    }

    @Override
    public String dense(Dense dense) {
        List<String> read = dense.bias() ? and(tensor("weight"), tensor("bias")) : and(tensor("weight"));
        return to.node(name, "Gemm", read, Attributes.integer("transB", 1));
    }

    @Override
    public String activation(Activation activation) {
        return switch (activation.function()) {
            case RELU -> to.node(name, "Relu", inputs);
            case RELU6 ->
                to.node(name, "Clip", and(to.number(name + "/least", 0.0), to.number(name + "/greatest", 6.0)));
            case SIGMOID -> to.node(name, "Sigmoid", inputs);
            case SILU -> {
                String gate = to.node(to.fresh(name + "/Sigmoid"), "Sigmoid", inputs);
                yield to.node(name, "Mul", and(gate));
            }
            case GELU -> gelu();
            case HARD_SIGMOID -> to.node(name, "HardSigmoid", inputs, Attributes.number("alpha", 1.0 / 6));
            case HARD_SWISH -> to.node(name, "HardSwish", inputs);
            case TANH -> to.node(name, "Tanh", inputs);
        };
    }

    /** {@code x (1 + erf(x / sqrt(2))) / 2}: an operator of its own came with opset 20. */
    private String gelu() {
        String root = to.number(name + "/root", Math.sqrt(2));
        String scaled = to.node(to.fresh(name + "/Div"), "Div", and(root));
        String erf = to.node(to.fresh(name + "/Erf"), "Erf", List.of(scaled));
        String sum = to.node(to.fresh(name + "/Add"), "Add", List.of(erf, to.number(name + "/one", 1)));
        String twice = to.node(to.fresh(name + "/Mul"), "Mul", and(sum));
        return to.node(name, "Mul", List.of(twice, to.number(name + "/half", 0.5)));
    }

    @Override
    public String batchNorm(BatchNorm norm) {
        return to.node(
                name,
                "BatchNormalization",
                and(tensor("weight"), tensor("bias"), tensor("running_mean"), tensor("running_var")),
                Attributes.number("epsilon", norm.epsilon()),
                // ONNX weighs what was there before.
                Attributes.number(
                        "momentum",
                        BigDecimal.ONE
                                .subtract(BigDecimal.valueOf(norm.momentum()))
                                .doubleValue()));
    }

    @Override
    public String localResponseNorm(LocalResponseNorm norm) {
        if (norm.size() % 2 == 0) {
            throw new BadInputException("node " + name + ": a local response norm over "
                    + Counts.plain(norm.size(), "channel")
                    + " has one more before its own than behind it, and ONNX's has it"
                    + " the other way round; odd sizes alone are written");
        }
        return to.node(
                name,
                "LRN",
                inputs,
                Attributes.integer("size", norm.size()),
                Attributes.number("alpha", norm.alpha()),
                Attributes.number("beta", norm.beta()),
                Attributes.number("bias", norm.k()));
    }

    @Override
    public String evoNormS0(EvoNormS0 norm) {
        to.call(
                name,
                Functions.evoNormS0(),
                and(tensor("weight"), tensor("bias"), tensor("v")),
                Attributes.integer("groups", norm.groups()),
                Attributes.number("epsilon", norm.epsilon()));
        return name;
    }

    @Override
    public String evoNormB0(EvoNormB0 norm) {
        to.call(
                name,
                Functions.evoNormB0(),
                and(tensor("weight"), tensor("bias"), tensor("v"), tensor("running_var")),
                Attributes.number("epsilon", norm.epsilon()),
                Attributes.number("momentum", norm.momentum()));
        return name;
    }

    @Override
    public String layerNorm(LayerNorm norm) {
        if (!(output instanceof Image)) {
            return layerNorm(name, x(), norm);
        }
        // ONNX's is over what comes last.
        String last = to.node(to.fresh(name + "/Last"), "Transpose", inputs, Attributes.integers("perm", 0, 2, 3, 1));
        String normed = layerNorm(to.fresh(name + "/LayerNormalization"), last, norm);
        return to.node(name, "Transpose", List.of(normed), Attributes.integers("perm", 0, 3, 1, 2));
    }

    private String layerNorm(String called, String value, LayerNorm norm) {
        return to.node(
                called,
                "LayerNormalization",
                List.of(value, tensor("weight"), tensor("bias")),
                Attributes.number("epsilon", norm.epsilon()));
    }

    @Override
    public String pooling(Pooling pooling) {
        return new PoolingLowering(to, name, x(), image(), (Image) output).write(pooling);
    }

    @Override
    public String adaptiveAveragePool(AdaptiveAveragePool pool) {
        return new PoolingLowering(to, name, x(), image(), (Image) output).write(pool);
    }

    @Override
    public String add(Add add) {
        return to.node(name, inputs.size() == 2 ? "Add" : "Sum", inputs);
    }

    @Override
    public String weightedAdd(WeightedAdd add) {
        to.call(
                name,
                Functions.weightedAdd(inputs.size()),
                Stream.concat(Stream.of(tensor("weight")), inputs.stream()).toList());
        return name;
    }

    @Override
    public String multiply(Multiply multiply) {
        return to.node(name, "Mul", inputs);
    }

    @Override
    public String concat(Concat concat) {
        return to.node(name, "Concat", inputs, Attributes.integer("axis", 1));
    }

    @Override
    public String channelSlice(ChannelSlice slice) {
        return to.node(
                name,
                "Slice",
                and(
                        to.integers(name + "/starts", slice.begin()),
                        to.integers(name + "/ends", slice.end()),
                        to.integers(name + "/axes", 1)));
    }

    @Override
    public String channelShuffle(ChannelShuffle shuffle) {
        Image image = image();
        String apart = to.integers(
                name + "/apart",
                0,
                shuffle.groups(),
                image.channels() / shuffle.groups(),
                image.height(),
                image.width());
        String together = to.integers(name + "/together", 0, image.channels(), image.height(), image.width());
        String groups = to.node(to.fresh(name + "/Groups"), "Reshape", and(apart));
        String swapped = to.node(
                to.fresh(name + "/Transpose"),
                "Transpose",
                List.of(groups),
                Attributes.integers("perm", 0, 2, 1, 3, 4));
        return to.node(name, "Reshape", List.of(swapped, together));
    }

    @Override
    public String padChannels(PadChannels pad) {
        return to.node(name, "Pad", and(to.integers(name + "/pads", 0, pad.before(), 0, 0, 0, pad.after(), 0, 0)));
    }

    @Override
    public String flatten(Flatten flatten) {
        return to.node(name, "Flatten", inputs, Attributes.integer("axis", 1));
    }

    @Override
    public String scale(Scale scale) {
        return to.node(name, "Mul", and(to.number(name + "/factor", scale.factor())));
    }

    @Override
    public String dropout(Dropout dropout) {
        return dropped(Vocabulary.SCALARS, dropout.probability());
    }

    @Override
    public String spatialDropout(SpatialDropout dropout) {
        return dropped(Vocabulary.SPATIAL, dropout.probability());
    }

    @Override
    public String stochasticDepth(StochasticDepth depth) {
        return dropped(Vocabulary.DEPTH, depth.probability());
    }

    /** In inference they are all the same, and ONNX has one of them. */
    private String dropped(String kind, double probability) {
        to.hinted(name, kind + probability, "Dropout", and(to.number(name + "/ratio", probability)));
        return name;
    }
}
