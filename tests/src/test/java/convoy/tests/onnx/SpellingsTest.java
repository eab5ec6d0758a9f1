package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.Attributes;
import convoy.onnx.in.OnnxImport;
import convoy.onnx.in.OnnxModel;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.samples.SampleNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What exporters spell otherwise than we do: read as a network, it computes what ONNX Runtime computes with the model. */
class SpellingsTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    static Path folder = Path.of("nowhere");

    private static OnnxModel same(ModelProto proto) throws Exception {
        return same(proto, folder);
    }

    /** The network that a model is read as, having computed the same. */
    static OnnxModel same(ModelProto proto, Path folder) throws Exception {
        Path file = folder.resolve("model.onnx");
        Files.write(file, proto.toByteArray());
        OnnxModel model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        Network network = model.network();
        Image image = (Image) network.input();
        Batch batch = SampleNetworks.batch(network, 3, 7);
        boolean channelsLast = proto.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(3)
                        .getDimValue()
                != image.width();
        try (Engine engine = Engines.find("libtorch", Device.CPU).compile(network, EngineOptions.cpu());
                OnnxRuntime runtime = new OnnxRuntime(file)) {
            engine.setParameters(model.values());
            float[] theirs = channelsLast
                    ? runtime.run(
                            channelsLast(batch.images(), image), 3, image.height(), image.width(), image.channels())
                    : runtime.run(batch.images(), 3, image.channels(), image.height(), image.width());
            assertThat(Deviation.of(engine.predict(batch), theirs)).isLessThan(TOLERANCE);
        }
        return model;
    }

    private static float[] channelsLast(float[] images, Image image) {
        float[] moved = new float[images.length];
        int plane = image.height() * image.width();
        for (int i = 0; i < images.length; i++) {
            int pixel = i % plane;
            int channel = i / plane % image.channels();
            int example = i / image.size();
            moved[example * image.size() + pixel * image.channels() + channel] = images[i];
        }
        return moved;
    }

    private static List<Operation> operations(OnnxModel model) {
        return model.network().nodes().stream().map(node -> node.operation()).toList();
    }

    @Test
    void gatesOfSeveralNodes() throws Exception {
        Spelling silu = new Spelling(13, 3, 9, 8);
        String x = silu.convolution("x", 3, 6);
        String gate = silu.node("Sigmoid", x);
        x = silu.node("Mul", gate + " " + x);
        assertThat(operations(same(silu.classified(x, 6))))
                .contains(new Activation(Function.SILU))
                .hasSize(5);

        Spelling hard = new Spelling(12, 3, 9, 8);
        x = hard.convolution("x", 3, 6);
        String shifted = hard.node("Add", x + " " + hard.number(3));
        String clipped = hard.node("Clip", shifted + " " + hard.number(0) + " " + hard.number(6));
        x = hard.node("Mul", x + " " + hard.node("Div", clipped + " " + hard.number(6)));
        assertThat(operations(same(hard.classified(x, 6))))
                .contains(new Activation(Function.HARD_SWISH))
                .hasSize(5);

        Spelling divided = new Spelling(12, 3, 9, 8);
        x = divided.convolution("x", 3, 6);
        shifted = divided.node("Add", divided.number(3) + " " + x);
        clipped = divided.node("Clip", shifted + " " + divided.number(0) + " " + divided.number(6));
        x = divided.node("Div", divided.node("Mul", x + " " + clipped) + " " + divided.number(6));
        assertThat(operations(same(divided.classified(x, 6))))
                .contains(new Activation(Function.HARD_SWISH))
                .hasSize(5);
    }

    @Test
    void paddingThatIsUnevenOrAutomatic() throws Exception {
        for (String automatic : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
            Spelling spelling = new Spelling(13, 3, 10, 9);
            String x = spelling.convolution(
                    "x", 3, 6, Spelling.text("auto_pad", automatic), Attributes.integers("strides", 2, 2));
            same(spelling.classified(spelling.node("Relu", x), 6));
        }
        Spelling uneven = new Spelling(13, 3, 10, 9);
        String x = uneven.convolution(
                "x", 3, 6, Attributes.integers("pads", 2, 0, 1, 3), Attributes.integers("strides", 1, 2));
        OnnxModel model = same(uneven.classified(x, 6));
        assertThat(model.notices()).singleElement().asString().contains("uneven padding");
    }

    @Test
    void paddingBeforeLayers() throws Exception {
        Spelling spelling = new Spelling(13, 3, 11, 9);
        String around = spelling.integers(0, 0, 1, 1, 0, 0, 1, 1);
        String x = spelling.convolution(spelling.node("Pad", "x " + around), 3, 6);
        x = spelling.node("Relu", x);
        x = spelling.node(
                "MaxPool",
                spelling.node("Pad", x + " " + around),
                Attributes.integers("kernel_shape", 3, 3),
                Attributes.integers("strides", 2, 2));
        x = spelling.node(
                "AveragePool", spelling.node("Pad", x + " " + around), Attributes.integers("kernel_shape", 3, 2));
        assertThat(operations(same(spelling.classified(x, 6)))).hasSize(7);
    }

    @Test
    void rootsOfSumsOfPowers() throws Exception {
        Spelling spelling = new Spelling(13, 3, 11, 9);
        String x = spelling.convolution("x", 3, 6);
        x = spelling.node(
                "LpPool",
                x,
                Attributes.integers("kernel_shape", 3, 2),
                Attributes.integers("strides", 2, 1),
                Attributes.integers("pads", 1, 1, 1, 1));
        x = spelling.node("Relu", x);
        x = spelling.node("LpPool", x, Attributes.integers("kernel_shape", 2, 2), Attributes.integer("p", 3));
        assertThat(operations(same(spelling.classified(x, 6))))
                .contains(
                        Pooling.window(Pooling.Kind.LP, 3, 2).withStride(2, 1).withPadding(1, 1), Pooling.lp(3, 2, 1));
    }

    @Test
    void powersOfWhatMayBeNegativeAreRefused() throws Exception {
        Spelling spelling = new Spelling(13, 3, 11, 9);
        String x = spelling.convolution("x", 3, 6);
        x = spelling.node("LpPool", x, Attributes.integers("kernel_shape", 2, 2), Attributes.integer("p", 3));
        Path file = folder.resolve("model.onnx");
        Files.write(file, spelling.classified(x, 6).toByteArray());
        assertThatThrownBy(() -> OnnxImport.read(new LocalFolder(file), Optional.empty()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("it takes the root of powers p = 3 of magnitudes of");
    }

    @Test
    void groupsThatChangePlaces() throws Exception {
        Spelling spelling = new Spelling(13, 3, 6, 5);
        String x = spelling.convolution("x", 3, 6);
        String shape = spelling.node("Shape", x);
        String batch = spelling.node(
                "Unsqueeze", spelling.node("Gather", shape + " " + spelling.scalar(0)) + " " + spelling.integers(0));
        String apart =
                spelling.node("Concat", batch + " " + spelling.integers(2, 3, 12), Attributes.integer("axis", 0));
        String together =
                spelling.node("Concat", batch + " " + spelling.integers(6, 4, 3), Attributes.integer("axis", 0));
        x = spelling.node("Reshape", x + " " + apart);
        x = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 1, 3));
        x = spelling.node("Reshape", x + " " + together);
        String left = spelling.node("Split", x, Attributes.integer("axis", 1));
        String right = spelling.second();
        x = spelling.node("Concat", right + " " + left, Attributes.integer("axis", 1));
        assertThat(operations(same(spelling.classified(x, 6)))).contains(new ChannelShuffle(2));
    }

    @Test
    void productsAndSumsThatAreLayers() throws Exception {
        Spelling spelling = new Spelling(11, 3, 6, 5);
        String x = spelling.convolution("x", 3, 6);
        x = spelling.node("Add", x + " " + spelling.weights("bias", 1, 6, 1, 1));
        x = spelling.node("ReduceMean", x, Attributes.integers("axes", -1, -2), Attributes.integer("keepdims", 0));
        x = spelling.node("MatMul", x + " " + spelling.weights("kernel", 6, 7));
        x = spelling.node("Add", x + " " + spelling.weights("fc.bias", 7));
        x = spelling.node("Softmax", x, Attributes.integer("axis", -1));
        Path file = folder.resolve("model.onnx");
        Files.write(file, spelling.ending(x).toByteArray());
        OnnxModel model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        assertThat(model.notices()).singleElement().asString().contains("Softmax");
        assertThat(operations(model)).hasSize(4).contains(new Dense(7, true)).anySatisfy(operation -> assertThat(
                        operation)
                .isInstanceOfSatisfying(
                        Convolution.class, one -> assertThat(one.bias()).isTrue()));
    }

    @Test
    void channelsThatComeLast() throws Exception {
        Spelling spelling = new Spelling(13, 8, 7, 3);
        String x = spelling.node("Transpose", "x", Attributes.integers("perm", 0, 3, 1, 2));
        x = spelling.node("Relu", spelling.convolution(x, 3, 6, Spelling.text("auto_pad", "SAME_UPPER")));
        String last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
        last = spelling.node("Mul", last + " " + spelling.weights("scale", 6));
        x = spelling.node("Transpose", last, Attributes.integers("perm", 0, 3, 1, 2));
        last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
        String mean =
                spelling.node("ReduceMean", last, Attributes.integers("axes", 1, 2), Attributes.integer("keepdims", 0));
        String kernel = spelling.weights("kernel", 6, 5);
        same(spelling.ending(spelling.node("Gemm", mean + " " + kernel)));
    }

    @Test
    void everySecondPixelAndMoreChannels() throws Exception {
        Spelling spelling = new Spelling(13, 3, 9, 8);
        String x = spelling.convolution("x", 3, 4);
        String rows = spelling.node(
                "Slice",
                x + " " + spelling.integers(0, 0) + " "
                        + spelling.integers(Integer.MAX_VALUE, Long.MAX_VALUE) + " " + spelling.integers(2, 3) + " "
                        + spelling.integers(2, 2));
        x = spelling.node("Pad", rows + " " + spelling.integers(0, 1, 0, 0, 0, 2, 0, 0));
        x = spelling.node(
                "Slice", x + " " + spelling.integers(-6) + " " + spelling.integers(-1) + " " + spelling.integers(1));
        same(spelling.classified(x, 5));
    }

    @Test
    void scalesAndShiftsOfChannels() throws Exception {
        Spelling spelling = new Spelling(13, 3, 9, 8);
        String x = spelling.convolution("x", 3, 4);
        x = spelling.node("Relu", x);
        x = spelling.node("Mul", x + " " + spelling.weights("gamma", 4, 1, 1));
        x = spelling.node("Add", x + " " + spelling.weights("beta", 1, 4, 1, 1));
        OnnxModel model = same(spelling.classified(spelling.node("Tanh", x), 4));
        assertThat(model.notices()).singleElement().asString().contains("1 x 1");
    }

    @Test
    void whatConvNeXtIsMadeOf() throws Exception {
        Spelling spelling = new Spelling(17, 3, 9, 8);
        String x = spelling.convolution("x", 3, 6);
        String last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
        last = spelling.node(
                "LayerNormalization",
                last + " " + spelling.weights("norm.weight", 6) + " " + spelling.weights("norm.bias", 6));
        last = spelling.node("MatMul", last + " " + spelling.weights("kernel", 6, 8));
        last = spelling.node("Add", spelling.weights("dense.bias", 8) + " " + last);
        String erf = spelling.node("Erf", spelling.node("Div", last + " " + spelling.number(Math.sqrt(2))));
        String twice = spelling.node("Add", erf + " " + spelling.number(1));
        last = spelling.node("Mul", spelling.node("Mul", last + " " + twice) + " " + spelling.number(0.5));
        last = spelling.node("MatMul", last + " " + spelling.weights("back", 8, 6));
        String first = spelling.node("Transpose", last, Attributes.integers("perm", 0, 3, 1, 2));
        first = spelling.node("Mul", spelling.weights("scale", 6, 1, 1) + " " + first);
        OnnxModel model = same(spelling.classified(spelling.node("Add", first + " " + x), 6));
        assertThat(operations(model)).contains(new Activation(Function.GELU)).hasSize(10);
    }

    @Test
    void windowsOfPoolings() throws Exception {
        Spelling spelling = new Spelling(13, 3, 20, 19);
        String x = spelling.convolution("x", 3, 6);
        AttributeProto three = Attributes.integers("kernel_shape", 3, 3);
        AttributeProto two = Attributes.integers("strides", 2, 2);
        x = spelling.node("MaxPool", x, three, two, Attributes.integer("ceil_mode", 1));
        x = spelling.node(
                "AveragePool",
                x,
                three,
                Attributes.integers("pads", 1, 1, 1, 1),
                Attributes.integer("count_include_pad", 1));
        x = spelling.node("AveragePool", x, three, Attributes.integers("pads", 1, 1, 1, 1));
        x = spelling.node("MaxPool", x, three, two, Spelling.text("auto_pad", "SAME_UPPER"));
        x = spelling.node(
                "AveragePool", x, Attributes.integers("kernel_shape", 2, 2), Spelling.text("auto_pad", "VALID"));
        assertThat(operations(same(spelling.classified(x, 6)))).hasSize(9);
    }

    /** As PyTorch spells an adaptive pooling to 2 x 3, and a view of the batch's extent and -1. */
    @Test
    void meansOfEqualParts() throws Exception {
        Spelling spelling = new Spelling(13, 3, 10, 11);
        String x = spelling.convolution("x", 3, 4);
        x = spelling.node(
                "AveragePool",
                x,
                Attributes.integers("kernel_shape", 4, 3),
                Attributes.integers("strides", 4, 3),
                Attributes.integers("pads", 0, 0, 0, 0));
        String batch = spelling.node("Gather", spelling.node("Shape", x) + " " + spelling.scalar(0));
        batch = spelling.node("Unsqueeze", batch + " " + spelling.integers(0));
        String shape = spelling.node("Concat", batch + " " + spelling.integers(-1), Attributes.integer("axis", 0));
        x = spelling.node("Reshape", x + " " + shape);
        same(spelling.ending(spelling.node("Gemm", x + " " + spelling.weights("kernel", 24, 5))));
    }

    @Test
    void shapesThatFlatten() throws Exception {
        for (long[] shape : List.of(new long[] {-1, 24}, new long[] {0, -1}, new long[] {0, 24})) {
            Spelling spelling = new Spelling(13, 3, 4, 5);
            String x = spelling.node("Reshape", spelling.convolution("x", 3, 4) + " " + spelling.integers(shape));
            same(spelling.ending(spelling.node("Gemm", x + " " + spelling.weights("kernel", 24, 5))));
        }
    }

    @Test
    void normsOverNeighbours() throws Exception {
        Spelling spelling = new Spelling(13, 3, 9, 8);
        String x = spelling.node(
                "LRN",
                spelling.convolution("x", 3, 6),
                Attributes.integer("size", 5),
                Attributes.number("alpha", 0.2),
                Attributes.number("beta", 0.75),
                Attributes.number("bias", 2));
        assertThat(operations(same(spelling.classified(x, 6))))
                .contains(new LocalResponseNorm(5, 0.2, 0.75, 2))
                .hasSize(5);
    }

    /** As exporters leave them that fold nothing: weights that nodes put out, one of them transposed on the way. */
    @Test
    void weightsThatAreComputedFromConstants() throws Exception {
        Spelling spelling = new Spelling(13, 3, 9, 8);
        spelling.weights("conv.weight", 6, 3, 3, 3);
        String weight = spelling.node("Identity", spelling.constant());
        String x = spelling.node("Relu", spelling.node("Conv", "x " + weight));
        x = spelling.node("Flatten", spelling.node("GlobalAveragePool", x));
        spelling.weights("fc.weight", 5, 6);
        String turned = spelling.node("Transpose", spelling.constant(), Attributes.integers("perm", 1, 0));
        x = spelling.node("MatMul", x + " " + turned);
        spelling.weights("fc.bias", 5);
        OnnxModel model = same(spelling.ending(spelling.node("Add", spelling.constant() + " " + x)));
        assertThat(model.network().parameters().stream().map(tensor -> tensor.name()))
                .contains("fc.weight", "fc.bias");
    }

    /**
     * As tf2onnx spells a network of Keras': an image with its channels last, padded, transposed once; biases by additions behind a
     * transposition; a flattening in the order of channels last, and a dense layer whose weights lie in that order.
     */
    @Test
    void whatKerasIsMadeOf() throws Exception {
        Spelling spelling = new Spelling(13, 9, 8, 3);
        String x = spelling.node("Pad", "x " + spelling.integers(0, 0, 0, 0, 0, 1, 1, 0));
        x = spelling.node("Transpose", x, Attributes.integers("perm", 0, 3, 1, 2));
        x = spelling.convolution(x, 3, 6, Attributes.integers("strides", 2, 2));
        String last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
        last = spelling.node("Add", last + " " + spelling.weights("bias", 6));
        last = spelling.node("Clip", last + " " + spelling.number(0) + " " + spelling.number(6));
        x = spelling.node("Transpose", last, Attributes.integers("perm", 0, 3, 1, 2));
        x = spelling.node(
                "MaxPool", x, Attributes.integers("kernel_shape", 2, 2), Attributes.integers("strides", 2, 1));
        last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
        last = spelling.node("Reshape", last + " " + spelling.integers(-1, 36));
        last = spelling.node("MatMul", spelling.node("Relu", last) + " " + spelling.weights("kernel", 36, 5));
        OnnxModel model = same(spelling.ending(spelling.node("Add", last + " " + spelling.weights("dense/bias", 5))));
        assertThat(operations(model)).contains(new Dense(5, true)).anySatisfy(operation -> assertThat(operation)
                .isInstanceOfSatisfying(
                        Convolution.class, one -> assertThat(one.bias()).isTrue()));
        assertThat(model.notices())
                .anySatisfy(notice -> assertThat(notice).contains("flattened with its channels last"));
    }

    /** Keras' networks often scale their pixels themselves, before the transposition. */
    @Test
    void pixelsThatAreScaledWithTheirChannelsLast() throws Exception {
        Spelling spelling = new Spelling(13, 9, 8, 3);
        String x = spelling.node(
                "Sub", spelling.node("Mul", "x " + spelling.number(1 / 127.5)) + " " + spelling.number(1));
        x = spelling.node("Transpose", x, Attributes.integers("perm", 0, 3, 1, 2));
        x = spelling.node("Relu", spelling.convolution(x, 3, 6));
        Path file = folder.resolve("model.onnx");
        Files.write(file, spelling.classified(x, 6).toByteArray());
        OnnxModel model = OnnxImport.read(new LocalFolder(file), Optional.empty());
        assertThat(model.network().input()).isEqualTo(new Image(3, 9, 8));
        assertThat(model.notices()).singleElement().asString().contains("normalization");
    }
}
