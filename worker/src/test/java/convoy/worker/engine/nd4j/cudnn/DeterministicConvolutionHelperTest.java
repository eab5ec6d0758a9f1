package convoy.worker.engine.nd4j.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.worker.engine.Engines;
import convoy.worker.engine.samples.SampleNetworks;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The helper inside DL4J's own networks, beside their convolution without one. */
class DeterministicConvolutionHelperTest {
    private static final int CLASSES = 3;

    /** A convolution in a small network, between another one and a dense layer. */
    @RecordBuilder
    record Sample(
            int examples,
            Image image,
            Convolution convolution,
            ConvolutionMode mode,
            CNN2DFormat format,
            AlgoMode algorithms,
            boolean fallback,
            DataType type)
            implements DeterministicConvolutionHelperTestSampleBuilder.With {

        static Sample parse(
                int examples, String image, int filters, String kernel, String strides, String padding, String rest) {
            String[] words = rest.split(" ", -1);
            int[] kernels = pair(kernel);
            int[] steps = pair(strides);
            int[] zeros = pair(padding);
            int[] dilations = pair(words[0]);
            return DeterministicConvolutionHelperTestSampleBuilder.builder()
                    .examples(examples)
                    .image(Image.parse(image))
                    .convolution(Convolution.window(filters, kernels[0], kernels[1])
                            .withStride(steps[0], steps[1])
                            .withPadding(zeros[0], zeros[1])
                            .withDilation(dilations[0], dilations[1])
                            .withBias(words[2].equals("bias")))
                    .mode(ConvolutionMode.valueOf(words[1]))
                    .format(CNN2DFormat.valueOf(words[3]))
                    .algorithms(AlgoMode.PREFER_FASTEST)
                    .fallback(false)
                    .type(DataType.FLOAT)
                    .build();
        }

        static Sample usual() {
            return parse(2, "3x8x8", 4, "3x3", "1x1", "1x1", "1x1 Truncate bias NCHW");
        }

        private static int[] pair(String text) {
            return Arrays.stream(text.split("x", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        }

        MultiLayerNetwork network() {
            var layer = new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(
                            convolution.kernelHeight(), convolution.kernelWidth())
                    .stride(convolution.strideHeight(), convolution.strideWidth())
                    .padding(convolution.paddingHeight(), convolution.paddingWidth())
                    .dilation(convolution.dilationHeight(), convolution.dilationWidth())
                    .convolutionMode(mode)
                    .nOut(convolution.out())
                    .hasBias(convolution.bias())
                    .biasInit(0.25)
                    .cudnnAlgoMode(algorithms)
                    .helperAllowFallback(fallback)
                    .activation(Activation.TANH);
            if (algorithms == AlgoMode.USER_SPECIFIED) {
                layer.cudnnFwdMode(FwdAlgo.WINOGRAD_NONFUSED)
                        .cudnnBwdDataMode(BwdDataAlgo.ALGO_0)
                        .cudnnBwdFilterMode(BwdFilterAlgo.ALGO_3);
            }
            MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .seed(7)
                    .dataType(type)
                    .list()
                    .layer(new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(1, 1)
                            .nOut(image.channels())
                            .activation(Activation.SIGMOID)
                            .build())
                    .layer(layer.build())
                    .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(CLASSES)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .setInputType(InputType.convolutional(image.height(), image.width(), image.channels(), format))
                    .build());
            network.init();
            return network;
        }

        INDArray images() {
            INDArray images = normal(examples, image.channels(), image.height(), image.width());
            return (format == CNN2DFormat.NHWC ? images.permute(0, 2, 3, 1).dup('c') : images).castTo(type);
        }

        INDArray labels() {
            INDArray labels = Nd4j.zeros(type, examples, CLASSES);
            for (int example = 0; example < examples; example++) {
                labels.putScalar(example, example % CLASSES, 1);
            }
            return labels;
        }
    }

    private static INDArray normal(long... shape) {
        Nd4j.getRandom().setSeed(11);
        return Nd4j.randn(DataType.FLOAT, shape);
    }

    private static DeterministicConvolutionHelper helper(Cudnn cudnn) {
        return new DeterministicConvolutionHelper(DataType.FLOAT, Optional.of(cudnn));
    }

    /** Gives a layer the helper that it would have on a GPU. */
    private static void install(DeterministicConvolutionHelper helper, Layer layer)
            throws ReflectiveOperationException {
        Field field = ConvolutionLayer.class.getDeclaredField("helper");
        field.setAccessible(true);
        field.set(layer, helper);
    }

    private static void differentiate(MultiLayerNetwork network, Sample sample) {
        network.setInput(sample.images());
        network.setLabels(sample.labels());
        network.computeGradientAndScore();
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double norm = expected.castTo(DataType.DOUBLE).norm2Number().doubleValue();
        double distance = actual.castTo(DataType.DOUBLE)
                .sub(expected.castTo(DataType.DOUBLE))
                .norm2Number()
                .doubleValue();
        assertThat(norm).isPositive();
        assertThat(distance / norm).isLessThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({
        // examples, image, filters, kernel, strides, padding, dilation and the rest
        "2, 3x8x8,   4, 3x3, 1x1, 1x1, 1x1 Truncate bias NCHW",
        "2, 3x8x8,   4, 3x3, 1x1, 1x1, 1x1 Truncate none NCHW",
        "1, 3x9x7,   5, 3x3, 2x2, 1x1, 1x1 Truncate bias NCHW",
        "3, 2x9x8,   4, 5x3, 2x1, 2x0, 1x1 Truncate none NCHW",
        "2, 4x6x6,   3, 1x1, 1x1, 0x0, 1x1 Truncate bias NCHW",
        "2, 4x7x7,   3, 1x1, 2x2, 0x0, 1x1 Truncate none NCHW",
        "1, 1x5x5,   1, 5x5, 1x1, 0x0, 1x1 Truncate bias NCHW",
        "2, 3x10x9,  4, 3x3, 1x1, 2x2, 2x2 Truncate bias NCHW",
        "1, 2x11x12, 3, 3x2, 2x3, 1x2, 3x2 Truncate none NCHW",
        "2, 3x9x9,   4, 3x3, 2x2, 1x1, 1x1 Strict bias NCHW",
        // Padding that is the same on all sides, and such that is not
        "2, 3x8x8,   4, 3x3, 1x1, 0x0, 1x1 Same bias NCHW",
        "2, 3x8x8,   4, 3x3, 2x2, 0x0, 1x1 Same bias NCHW",
        "1, 3x7x10,  4, 2x4, 1x3, 0x0, 1x1 Same none NCHW",
        "2, 2x8x8,   3, 2x2, 1x1, 0x0, 3x1 Same bias NCHW",
        "2, 3x8x8,   4, 1x1, 2x2, 0x0, 1x1 Same none NCHW",
        "2, 3x8x7,   4, 3x3, 1x1, 1x1, 1x1 Truncate bias NHWC",
        "1, 3x8x8,   4, 2x3, 2x2, 0x0, 1x1 Same none NHWC",
    })
    void computesWhatTheLayerComputes(
            int examples, String image, int filters, String kernel, String strides, String padding, String rest)
            throws ReflectiveOperationException {
        Sample sample = Sample.parse(examples, image, filters, kernel, strides, padding, rest);
        MultiLayerNetwork plain = sample.network();
        MultiLayerNetwork helped = sample.network();
        ProcessorCudnn cudnn = new ProcessorCudnn();
        install(helper(cudnn), helped.getLayer(1));

        List<INDArray> expected = plain.feedForward(sample.images(), false);
        List<INDArray> actual = helped.feedForward(sample.images(), false);
        assertThat(cudnn.calls).containsExactly("forward IMPLICIT_PRECOMP_GEMM 4096", "addBias");
        for (int layer = 0; layer < expected.size(); layer++) {
            assertClose(actual.get(layer), expected.get(layer));
        }

        differentiate(plain, sample);
        differentiate(helped, sample);
        assertThat(cudnn.calls).contains("backwardData ALGO_1 2048", "backwardFilter ALGO_1 1024");
        assertThat(cudnn.calls.contains("backwardBias")).isEqualTo(sample.convolution.bias());
        assertSameGradient(helped, plain);
        assertThat(cudnn.open).isZero();
    }

    private static void assertSameGradient(MultiLayerNetwork actual, MultiLayerNetwork expected) {
        assertThat(actual.gradient().gradientForVariable().keySet())
                .isEqualTo(expected.gradient().gradientForVariable().keySet());
        for (String parameter : expected.gradient().gradientForVariable().keySet()) {
            assertClose(
                    actual.gradient().getGradientFor(parameter),
                    expected.gradient().getGradientFor(parameter));
        }
        assertClose(actual.getFlattenedGradients(), expected.getFlattenedGradients());
    }

    /** With {@code -Pcuda}, CUDA 11.6, cuDNN 8 and a GPU of their time; anywhere else there is nothing to see. */
    @Test
    void cudnnItselfDoesSoOnAGpuTwiceWithTheSameBits() throws ReflectiveOperationException {
        assumeThat(CudnnLibrary.find()).as("cuDNN's library").isPresent();
        for (Sample sample : List.of(
                Sample.usual(),
                Sample.parse(16, "32x17x15", 48, "3x3", "2x2", "1x1", "1x1 Truncate none NCHW"),
                Sample.parse(8, "16x20x20", 24, "1x1", "1x1", "0x0", "1x1 Truncate bias NCHW"),
                Sample.parse(1, "16x20x18", 24, "3x3", "1x1", "2x2", "2x2 Truncate bias NCHW"),
                Sample.parse(4, "16x9x12", 24, "2x4", "1x3", "0x0", "1x1 Same none NHWC"))) {
            MultiLayerNetwork plain = sample.network();
            MultiLayerNetwork helped = sample.network();
            install(helper(CudnnLibrary.find().orElseThrow()), helped.getLayer(1));
            differentiate(plain, sample);
            differentiate(helped, sample);
            assertSameGradient(helped, plain);
            float[] first = helped.getFlattenedGradients().dup().data().asFloat();
            differentiate(helped, sample);
            assertThat(helped.getFlattenedGradients().dup().data().asFloat()).containsExactly(first);
        }
    }

    @Test
    void describesPaddingThatDiffersAsRowsAndColumnsOfZeros() throws ReflectiveOperationException {
        ProcessorCudnn cudnn = new ProcessorCudnn();
        Sample sample = Sample.parse(1, "3x7x10", 4, "2x4", "1x3", "0x0", "1x1 Same none NCHW");
        MultiLayerNetwork network = sample.network();
        install(helper(cudnn), network.getLayer(1));
        network.output(sample.images());
        // 7 rows take one zero more, below; 10 columns in windows of 4 take three, one of them on the left.
        assertThat(cudnn.described)
                .containsExactly(ConvolutionShapeBuilder.builder()
                        .images(1)
                        .channels(3)
                        .height(8)
                        .width(11)
                        .filters(4)
                        .kernelHeight(2)
                        .kernelWidth(4)
                        .paddingHeight(0)
                        .paddingWidth(1)
                        .strideHeight(1)
                        .strideWidth(3)
                        .dilationHeight(1)
                        .dilationWidth(1)
                        .build());
        assertThat(cudnn.described.get(0).outputSizes()).containsExactly(1, 4, 7, 4);
    }

    /** DL4J's form of Convoy's networks, with every convolution by the helper. */
    @ParameterizedTest
    @CsvSource({"lenet5, 1x28x28", "resnet20_cifar, 3x32x32"})
    void computesNetworksOfTheCatalogue(String name, String input) throws IOException, ReflectiveOperationException {
        Network network = Catalogue.build(
                name, NetworkArguments.defaults().withClasses(10).withInput(Image.parse(input)));
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        Engines.form("dl4j").write(network, steady(network), zip);
        ComputationGraph plain = restore(zip);
        ComputationGraph helped = restore(zip);
        ProcessorCudnn cudnn = new ProcessorCudnn();
        int convolutions = 0;
        for (Layer layer : helped.getLayers()) {
            if (layer instanceof ConvolutionLayer) {
                install(helper(cudnn), layer);
                convolutions++;
            }
        }
        Image image = Image.parse(input);
        INDArray images = Nd4j.create(
                SampleNetworks.batch(network, 2, 3).images(),
                new long[] {2, image.channels(), image.height(), image.width()},
                'c');
        assertClose(helped.outputSingle(images), plain.outputSingle(images));
        assertThat(cudnn.calls).hasSize(2 * convolutions);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 2, 10).putScalar(0, 3, 1).putScalar(1, 7, 1);
        for (ComputationGraph graph : List.of(plain, helped)) {
            graph.setInputs(images);
            graph.setLabels(labels);
            graph.computeGradientAndScore();
        }
        INDArray expected = plain.getFlattenedGradients();
        double distance =
                helped.getFlattenedGradients().sub(expected).norm2Number().doubleValue();
        assertThat(distance / expected.norm2Number().doubleValue()).isLessThan(1e-5);
        assertThat(cudnn.open).isZero();
    }

    /** Values by which few sums behind norms lie so near zero that rounding decides whether a ReLU lets them through. */
    private static float[] steady(Network network) {
        float[] values = network.initialize(1);
        int begin = 0;
        for (Tensor tensor : network.parameters()) {
            if (tensor.role() == Tensor.Role.NORM_SHIFT) {
                Arrays.fill(values, begin, begin + tensor.size(), 2);
            }
            begin += tensor.size();
        }
        return values;
    }

    private static ComputationGraph restore(ByteArrayOutputStream zip) throws IOException {
        ComputationGraph graph =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), false);
        graph.initGradientsView();
        return graph;
    }

    @Test
    void takesAnAlgorithmWithoutWorkspaceWhereTheOtherNeedsTooMuchOrDoesNotExist() throws ReflectiveOperationException {
        for (OptionalLong unusable : List.of(OptionalLong.empty(), OptionalLong.of(Algorithms.MOST_WORKSPACE + 1))) {
            ProcessorCudnn cudnn = new ProcessorCudnn();
            cudnn.forwardWorkspaces.put(FwdAlgo.IMPLICIT_PRECOMP_GEMM, unusable);
            assertThat(callsOf(cudnn, Sample.usual())).startsWith("forward IMPLICIT_GEMM 0");
        }
        ProcessorCudnn cudnn = new ProcessorCudnn();
        cudnn.forwardWorkspaces.put(FwdAlgo.IMPLICIT_PRECOMP_GEMM, OptionalLong.of(Algorithms.MOST_WORKSPACE));
        assertThat(callsOf(cudnn, Sample.usual()))
                .startsWith("forward IMPLICIT_PRECOMP_GEMM " + Algorithms.MOST_WORKSPACE);
    }

    @Test
    void leavesTheBackwardPassToTheLayerWhereItsWorkspaceIsTooLarge() throws ReflectiveOperationException {
        ProcessorCudnn cudnn = new ProcessorCudnn();
        cudnn.dataWorkspace = Optional.of(OptionalLong.of(Algorithms.MOST_WORKSPACE + 1));
        assertThat(callsOf(cudnn, Sample.usual())).containsOnly("forward IMPLICIT_PRECOMP_GEMM 4096", "addBias");
    }

    @Test
    void usesNoWorkspaceWhereTheLayerWantsNone() throws ReflectiveOperationException {
        assertThat(callsOf(new ProcessorCudnn(), Sample.usual().withAlgorithms(AlgoMode.NO_WORKSPACE)))
                .containsOnly("forward IMPLICIT_GEMM 0", "addBias");
    }

    @Test
    void takesTheAlgorithmsThatALayerNames() throws ReflectiveOperationException {
        assertThat(callsOf(new ProcessorCudnn(), Sample.usual().withAlgorithms(AlgoMode.USER_SPECIFIED)))
                .contains("forward WINOGRAD_NONFUSED 4096", "backwardData ALGO_0 2048", "backwardFilter ALGO_3 1024");
    }

    @Test
    void leavesDoublesToTheLayer() throws ReflectiveOperationException {
        assertThat(callsOf(new ProcessorCudnn(), Sample.usual().withType(DataType.DOUBLE)))
                .isEmpty();
        assertThat(new DeterministicConvolutionHelper(DataType.DOUBLE, Optional.of(new ProcessorCudnn()))
                        .checkSupported())
                .isFalse();
    }

    /** What DL4J hands over in place of a bias is of ND4J's default type. */
    @Test
    void computesLayersWithoutBiasWhereDoublesAreTheDefault() throws ReflectiveOperationException {
        DataType usual = Nd4j.defaultFloatingPointType();
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
        try {
            Sample sample = Sample.parse(2, "3x8x8", 4, "3x3", "1x1", "1x1", "1x1 Truncate none NCHW");
            assertThat(callsOf(new ProcessorCudnn(), sample))
                    .contains("backwardData ALGO_1 2048", "backwardFilter ALGO_1 1024")
                    .doesNotContain("backwardBias");
        } finally {
            Nd4j.setDefaultDataTypes(usual, usual);
        }
    }

    /** The calls of one training pass, whose gradient must be that of a layer without helper. */
    private static List<String> callsOf(ProcessorCudnn cudnn, Sample sample) throws ReflectiveOperationException {
        MultiLayerNetwork plain = sample.network();
        MultiLayerNetwork helped = sample.network();
        install(helper(cudnn), helped.getLayer(1));
        differentiate(plain, sample);
        differentiate(helped, sample);
        assertClose(helped.getFlattenedGradients(), plain.getFlattenedGradients());
        assertThat(cudnn.open).isZero();
        return cudnn.calls;
    }

    @ParameterizedTest
    @CsvSource({"forward", "addBias", "backwardData", "backwardFilter", "backwardBias"})
    void saysInOneLineWhatFailed(String call) throws ReflectiveOperationException {
        ProcessorCudnn cudnn = new ProcessorCudnn();
        cudnn.failingCall = call;
        cudnn.failure =
                Optional.of(CudnnException.of("cudnnConvolution", "CUDNN_STATUS_EXECUTION_FAILED (cuDNN 8302)"));
        MultiLayerNetwork network = Sample.usual().network();
        install(helper(cudnn), network.getLayer(1));
        assertThatThrownBy(() -> differentiate(network, Sample.usual()))
                .hasRootCauseInstanceOf(CudnnException.class)
                .cause()
                .hasMessage("cudnnConvolution answers CUDNN_STATUS_EXECUTION_FAILED (cuDNN 8302) (a convolution of"
                        + " images [2, 3, 8, 8], weights [4, 3, 3, 3], strides 1 x 1, padding 1 x 1, dilation 1 x 1)");
        assertThat(cudnn.open).isZero();
    }

    @ParameterizedTest
    @CsvSource({"forward", "backwardFilter"})
    void letsTheLayerGoOnByItselfWhereItMay(String call) throws ReflectiveOperationException {
        ProcessorCudnn cudnn = new ProcessorCudnn();
        cudnn.failingCall = call;
        cudnn.failure = Optional.of(CudnnException.of("cudnnConvolution", "CUDNN_STATUS_EXECUTION_FAILED"));
        assertThat(callsOf(cudnn, Sample.usual().withFallback(true)))
                .contains(call.equals("forward") ? "forward IMPLICIT_PRECOMP_GEMM 4096" : "backwardFilter ALGO_1 1024");
    }

    /** DL4J's own convolution would need more memory still. */
    @Test
    void doesNotGoOnWithoutMemory() throws ReflectiveOperationException {
        ProcessorCudnn cudnn = new ProcessorCudnn();
        cudnn.failingCall = "backwardData";
        cudnn.failure = Optional.of(CudnnException.outOfMemory(2048, "out of memory"));
        MultiLayerNetwork network = Sample.usual().withFallback(true).network();
        install(helper(cudnn), network.getLayer(1));
        assertThatThrownBy(() -> differentiate(network, Sample.usual()))
                .hasMessageStartingWith("Failed to allocate 2048 bytes of workspace for cuDNN: out of memory; make the"
                        + " batch smaller (a convolution of images [2, 3, 8, 8]");
        assertThat(cudnn.open).isZero();
    }

    @Test
    void refusesShapesThatNoDescriptorHas() {
        assertThatThrownBy(() -> ConvolutionShapeBuilder.builder()
                        .images(1)
                        .channels(1)
                        .height(4)
                        .width(4)
                        .filters(1)
                        .kernelHeight(3)
                        .kernelWidth(3)
                        .paddingHeight(0)
                        .paddingWidth(0)
                        .strideHeight(1)
                        .strideWidth(1)
                        .dilationHeight(2)
                        .dilationWidth(1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a kernel of 3 x 3 with dilation 2 x 1 is larger than images of 4 x 4 with padding 0 x 0");
        assertThatThrownBy(() -> ConvolutionShapeBuilder.builder()
                        .images(1)
                        .channels(1)
                        .height(4)
                        .width(4)
                        .filters(1)
                        .kernelHeight(3)
                        .kernelWidth(3)
                        .paddingHeight(0)
                        .paddingWidth(0)
                        .strideHeight(0)
                        .strideWidth(1)
                        .dilationHeight(1)
                        .dilationWidth(1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "sizes, strides and dilations begin at 1, paddings at 0: [1, 1, 4, 4, 1, 3, 3, 0");
    }

    @Test
    void leavesArraysBeyondCudnnsLimitToTheLayer() {
        int[] one = {1, 1};
        long[] weights = {4, 1, 3, 3};
        assertThat(PaddedConvolution.of(new long[] {1 << 17, 1, 128, 128}, weights, one, one, one, false))
                .isEmpty();
        // The images fit, the output is four times as large.
        assertThat(PaddedConvolution.of(new long[] {1 << 15, 1, 128, 128}, weights, one, one, one, false))
                .isEmpty();
        assertThat(PaddedConvolution.of(new long[] {1 << 14, 1, 128, 128}, weights, one, one, one, false))
                .isPresent();
    }
}
