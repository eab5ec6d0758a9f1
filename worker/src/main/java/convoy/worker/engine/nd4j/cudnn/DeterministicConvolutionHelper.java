package convoy.worker.engine.nd4j.cudnn;

import convoy.worker.engine.nd4j.cudnn.Algorithms.Choice;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What DL4J's convolution layers ask of cuDNN: forward pass, and the derivatives by input, weights and bias.
 *
 * <p>A layer computes by itself what it gets null for, so that is the answer where cuDNN is not asked: to arrays that are not
 * floats, to causal convolutions, to arrays beyond cuDNN's limits, and where none of the {@link Algorithms} fits. An error of
 * cuDNN's is thrown. DL4J then logs it and computes by itself, unless the layer says {@code helperAllowFallback(false)} or the
 * device's memory is at its end.
 *
 * <p>cuDNN is given arrays {@code [N, C, H, W]} without gaps, for which alone all deterministic algorithms exist; others are
 * copied. Nothing native is kept between two calls but the library itself and its workspace ({@link NativeCudnn}).
 */
public class DeterministicConvolutionHelper implements ConvolutionHelper {
    private final DataType dataType;
    private final Optional<Cudnn> cudnn;

    /**
     * A helper for arrays of one type, with cuDNN where its library can be loaded.
     *
     * @param dataType of the layer's arrays; others than floats are left to DL4J
     */
    protected DeterministicConvolutionHelper(DataType dataType) {
        this(dataType, CudnnLibrary.find());
    }

    /** @param cudnn none where its library cannot be loaded */
    DeterministicConvolutionHelper(DataType dataType, Optional<Cudnn> cudnn) {
        this.dataType = dataType;
        this.cudnn = cudnn;
    }

    @Override
    public boolean checkSupported() {
        return dataType == DataType.FLOAT && cudnn.isPresent();
    }

    @Override
    public @Nullable INDArray preOutput(
            INDArray input,
            INDArray weights,
            INDArray bias,
            int[] kernel,
            int[] strides,
            int[] pad,
            @Nullable AlgoMode mode,
            @Nullable FwdAlgo fwdAlgo,
            ConvolutionMode convolutionMode,
            int[] dilation,
            CNN2DFormat format,
            LayerWorkspaceMgr workspaceMgr) {
        INDArray images = channelsFirst(input, format);
        Optional<PaddedConvolution> found = convolution(images, weights, strides, pad, dilation, convolutionMode);
        if (found.isEmpty() || cudnn.isEmpty()) {
            return null;
        }
        ConvolutionShape shape = found.get().shape();
        try (CudnnConvolution convolution = cudnn.get().describe(shape)) {
            Optional<Choice<FwdAlgo>> choice = Algorithms.forward(mode, fwdAlgo).choose(convolution::forwardWorkspace);
            if (choice.isEmpty()) {
                return null;
            }
            boolean channelsLast = format == CNN2DFormat.NHWC;
            INDArray output = channelsLast
                    ? Nd4j.createUninitialized(DataType.FLOAT, shape.outputSizes(), 'c')
                    : workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape.outputSizes(), 'c');
            convolution.forward(
                    choice.get().algorithm(),
                    choice.get().workspace(),
                    found.get().padded(images),
                    PackedFloats.of(weights),
                    output);
            convolution.addBias(PackedFloats.of(bias), output);
            return channelsLast ? workspaceMgr.dup(ArrayType.ACTIVATIONS, output.permute(0, 2, 3, 1), 'c') : output;
        } catch (CudnnException e) {
            throw e.during(shape);
        }
    }

    @Override
    public @Nullable Pair<Gradient, INDArray> backpropGradient(
            INDArray input,
            INDArray weights,
            @Nullable INDArray bias,
            INDArray delta,
            int[] kernel,
            int[] strides,
            int[] pad,
            INDArray biasGradView,
            INDArray weightGradView,
            IActivation afn,
            @Nullable AlgoMode mode,
            @Nullable BwdFilterAlgo bwdFilterAlgo,
            @Nullable BwdDataAlgo bwdDataAlgo,
            ConvolutionMode convolutionMode,
            int[] dilation,
            CNN2DFormat format,
            LayerWorkspaceMgr workspaceMgr) {
        INDArray images = channelsFirst(input, format);
        INDArray outputGradient = channelsFirst(delta, format);
        Optional<PaddedConvolution> found = convolution(images, weights, strides, pad, dilation, convolutionMode);
        // A layer without a bias hands over a view to be thrown away, of ND4J's default type.
        boolean viewsPacked = PackedFloats.is(weightGradView) && (bias == null || PackedFloats.is(biasGradView));
        if (found.isEmpty() || cudnn.isEmpty() || !viewsPacked || delta.dataType() != DataType.FLOAT) {
            return null;
        }
        PaddedConvolution padded = found.get();
        ConvolutionShape shape = padded.shape();
        try (CudnnConvolution convolution = cudnn.get().describe(shape)) {
            Optional<Choice<BwdDataAlgo>> data =
                    Algorithms.data(mode, bwdDataAlgo).choose(convolution::dataWorkspace);
            Optional<Choice<BwdFilterAlgo>> filter =
                    Algorithms.filter(mode, bwdFilterAlgo).choose(convolution::filterWorkspace);
            if (data.isEmpty() || filter.isEmpty()) {
                return null;
            }
            boolean inPlace = format == CNN2DFormat.NCHW && padded.isSymmetric();
            INDArray inputGradient = inPlace
                    ? workspaceMgr.createUninitialized(
                            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, shape.inputSizes(), 'c')
                    : Nd4j.createUninitialized(DataType.FLOAT, shape.inputSizes(), 'c');
            INDArray dy = PackedFloats.of(outputGradient);
            convolution.backwardData(
                    data.get().algorithm(), data.get().workspace(), PackedFloats.of(weights), dy, inputGradient);
            convolution.backwardFilter(
                    filter.get().algorithm(), filter.get().workspace(), padded.padded(images), dy, weightGradView);
            Gradient gradient = new DefaultGradient();
            if (bias != null) {
                convolution.backwardBias(dy, biasGradView);
                gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradView);
            }
            gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightGradView, 'c');
            INDArray inside = padded.inside(inputGradient);
            INDArray formatted = format == CNN2DFormat.NHWC ? inside.permute(0, 2, 3, 1) : inside;
            return new Pair<>(
                    gradient, inPlace ? formatted : workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, formatted, 'c'));
        } catch (CudnnException e) {
            throw e.during(shape);
        }
    }

    private static INDArray channelsFirst(INDArray array, CNN2DFormat format) {
        return format == CNN2DFormat.NHWC ? array.permute(0, 3, 1, 2) : array;
    }

    private static Optional<PaddedConvolution> convolution(
            INDArray images, INDArray weights, int[] strides, int[] padding, int[] dilation, ConvolutionMode mode) {
        boolean floats = images.dataType() == DataType.FLOAT && weights.dataType() == DataType.FLOAT;
        if (!floats || images.rank() != 4 || weights.rank() != 4 || mode == ConvolutionMode.Causal) {
            return Optional.empty();
        }
        return PaddedConvolution.of(
                images.shape(), weights.shape(), strides, padding, dilation, mode == ConvolutionMode.Same);
    }

    @Override
    public INDArray activate(INDArray z, IActivation afn, boolean training) {
        return afn.getActivation(z, training);
    }

    /** DL4J wants neither what layers share, as they do the workspace, nor what is released when a call ends. */
    @Override
    public Map<String, Long> helperMemoryUse() {
        return Map.of();
    }
}
