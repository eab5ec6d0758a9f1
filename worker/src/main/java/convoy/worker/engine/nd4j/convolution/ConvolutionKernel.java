package convoy.worker.engine.nd4j.convolution;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2DDerivative;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DeConv2DTF;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;

/**
 * A convolution by ND4J's {@code conv2d} and {@code conv2d_bp}, which oneDNN computes. Its weights are {@code [out, in, kH, kW]}
 * as in PyTorch, followed by the bias {@code [out]} if there is one.
 *
 * <p>DL4J's own ConvolutionLayer computes the forward convolution a second time in its backward pass; this does not.
 */
public final class ConvolutionKernel implements Kernel {
    private static final int CHANNELS_LAST = 1;
    private static final int WEIGHTS_OUT_IN_HEIGHT_WIDTH = 1;
    private static final int WEIGHTS_HEIGHT_WIDTH_IN_OUT = 0;

    /**
     * oneDNN takes Winograd's algorithm for backward convolutions of 16 images or more. With few channels that is the slower one (16
     * channels of 32 x 32: 0.24 ms an image against 0.18, on a 4-core Xeon), with many the faster one.
     */
    private static final int MOST_IMAGES_WITHOUT_WINOGRAD = 15;

    private static final int FEW_CHANNELS = 32;

    private final Convolution convolution;
    private final long[] weightShape;
    private final Image output;
    private final int[] strides;
    private final int[] paddings;
    private final boolean narrow;
    private final Optional<Relu> relu;
    private final OpContext forward = Nd4j.getExecutioner().buildContext();
    private final OpContext backward = Nd4j.getExecutioner().buildContext();
    private final OpContext backwardData = Nd4j.getExecutioner().buildContext();
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    private INDArray[] outputs = {};

    /**
     * @param convolution what is computed
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [out, H', W']}
     * @param relu whether a ReLU follows, which is done at once
     */
    public ConvolutionKernel(Convolution convolution, Image input, Image output, boolean relu) {
        this.convolution = convolution;
        this.weightShape =
                new long[] {convolution.out(), input.channels(), convolution.kernelHeight(), convolution.kernelWidth()};
        this.output = output;
        this.strides = new int[] {convolution.strideHeight(), convolution.strideWidth()};
        this.paddings = new int[] {convolution.paddingHeight(), convolution.paddingWidth()};
        this.narrow = input.channels() <= FEW_CHANNELS && convolution.out() <= FEW_CHANNELS;
        this.relu = relu ? Optional.of(new Relu()) : Optional.empty();
        for (OpContext context : new OpContext[] {forward, backward}) {
            setArguments(context, strides, paddings, WEIGHTS_OUT_IN_HEIGHT_WIDTH);
        }
    }

    @Override
    public int parameterCount() {
        return weightCount() + (convolution.bias() ? convolution.out() : 0);
    }

    @Override
    public void bindParameters(INDArray view) {
        parameters = tensors(view);
    }

    @Override
    public void bindGradient(INDArray view) {
        gradients = tensors(view);
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), output.channels());
        compute(inputs[0], y);
        relu.ifPresent(function -> function.apply(y));
        outputs = new INDArray[] {y};
        return y;
    }

    /** The convolution of x into y, without any ReLU. */
    void compute(INDArray x, INDArray y) {
        forward.purge();
        forward.setInputArray(0, x);
        for (int i = 0; i < parameters.length; i++) {
            forward.setInputArray(1 + i, parameters[i]);
        }
        forward.setOutputArray(0, y);
        Nd4j.exec(new Conv2D(), forward);
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        relu.ifPresent(function -> function.applyGradient(outputGradient, outputs[0]));
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        differentiate(inputs[0], outputGradient, inputGradient, pass);
        return new INDArray[] {inputGradient};
    }

    /** The derivatives by x, into dx, and by the parameters, into their place if they have one. */
    void differentiate(INDArray x, INDArray dy, INDArray dx, Pass pass) {
        boolean trained = gradients.length > 0;
        if (!trained && output.height() == output.width()) {
            differentiateByInput(dy, dx, pass);
            return;
        }
        long examples = x.size(0);
        long pieces = narrow ? -Math.floorDiv(-examples, MOST_IMAGES_WITHOUT_WINOGRAD) : 1;
        INDArray[] partial = trained && pieces == 1 ? gradients : tensors(pass.backwardScratch(parameterCount()));
        for (long piece = 0; piece < pieces; piece++) {
            INDArrayIndex part = interval(piece * examples / pieces, (piece + 1) * examples / pieces);
            differentiate(x.get(part), dy.get(part), dx.get(part), trained && piece == 0 ? gradients : partial);
            for (int i = 0; piece > 0 && i < gradients.length; i++) {
                gradients[i].addi(partial[i]);
            }
        }
    }

    private void differentiate(INDArray x, INDArray dy, INDArray dx, INDArray[] parameterGradients) {
        backward.purge();
        backward.setInputArray(0, x);
        backward.setOutputArray(0, dx);
        for (int i = 0; i < parameters.length; i++) {
            backward.setInputArray(1 + i, parameters[i]);
            backward.setOutputArray(1 + i, parameterGradients[i]);
        }
        backward.setInputArray(1 + parameters.length, dy);
        Nd4j.exec(new Conv2DDerivative(), backward);
    }

    /**
     * The derivative by the input alone, for which ND4J has an operation under TensorFlow's name. It runs the primitive of oneDNN's
     * that {@code conv2d_bp} runs for it, but knows only square outputs, and inputs whose padded sides the windows cover to the last
     * pixel. Where they do not, the derivative by a padded input has this one inside; that of 1x1 is zero between its strides.
     */
    private void differentiateByInput(INDArray dy, INDArray dx, Pass pass) {
        int height = (output.height() - 1) * convolution.strideHeight() + convolution.kernelHeight();
        int width = (output.width() - 1) * convolution.strideWidth() + convolution.kernelWidth();
        if (height == dx.size(1) + 2L * convolution.paddingHeight()
                && width == dx.size(2) + 2L * convolution.paddingWidth()) {
            differentiateByInput(dy, dx, strides, paddings);
        } else if (area() == 1 && convolution.paddingHeight() == 0 && convolution.paddingWidth() == 0) {
            INDArray dense = pass.backwardScratch(dx.size(0), output.height(), output.width(), dx.size(3));
            differentiateByInput(dy, dense, new int[] {1, 1}, paddings);
            spread(dense, dx);
        } else {
            INDArray padded = pass.backwardScratch(dx.size(0), height, width, dx.size(3));
            differentiateByInput(dy, padded, strides, new int[] {0, 0});
            cut(padded, dx);
        }
    }

    /** Puts the pixels of one image where the strides of another begin, and zeros between. */
    private void spread(INDArray dense, INDArray dx) {
        FloatBuffer from = HostFloats.read(dense);
        FloatBuffer to = HostFloats.write(dx);
        int channels = (int) dx.size(3);
        float[] row = new float[output.width() * channels];
        float[] line = new float[(int) dx.size(2) * channels];
        int rows = (int) dx.size(1);
        for (int at = 0; at < dx.size(0) * rows; at++) {
            int place = at % rows;
            Arrays.fill(line, 0);
            if (place % convolution.strideHeight() == 0) {
                from.get((at / rows * output.height() + place / convolution.strideHeight()) * row.length, row);
                for (int column = 0; column < output.width(); column++) {
                    System.arraycopy(
                            row, column * channels, line, column * convolution.strideWidth() * channels, channels);
                }
            }
            to.put(at * line.length, line);
        }
    }

    /** Copies what an image has inside of its padding; what its padded form does not reach is zero. */
    private void cut(INDArray padded, INDArray dx) {
        FloatBuffer from = HostFloats.read(padded);
        FloatBuffer to = HostFloats.write(dx);
        int channels = (int) dx.size(3);
        int height = (int) padded.size(1);
        int width = (int) padded.size(2);
        int left = convolution.paddingWidth();
        float[] line = new float[(int) dx.size(2) * channels];
        int rows = (int) dx.size(1);
        for (int at = 0; at < dx.size(0) * rows; at++) {
            int place = at % rows + convolution.paddingHeight();
            Arrays.fill(line, 0);
            if (place < height) {
                int length = Math.min(line.length, (width - left) * channels);
                from.get(((at / rows * height + place) * width + left) * channels, line, 0, length);
            }
            to.put(at * line.length, line);
        }
    }

    private void differentiateByInput(INDArray dy, INDArray dx, int[] stride, int[] padding) {
        backwardData.purge();
        setArguments(backwardData, stride, padding, WEIGHTS_HEIGHT_WIDTH_IN_OUT);
        backwardData.setInputArray(0, Nd4j.createFromArray(dx.shape()));
        backwardData.setInputArray(1, parameters[0].permute(2, 3, 1, 0));
        backwardData.setInputArray(2, dy);
        backwardData.setOutputArray(0, dx);
        Nd4j.exec(new DeConv2DTF(), backwardData);
    }

    private void setArguments(OpContext context, int[] stride, int[] padding, int weightOrder) {
        context.setIArguments(
                convolution.kernelHeight(),
                convolution.kernelWidth(),
                stride[0],
                stride[1],
                padding[0],
                padding[1],
                convolution.dilationHeight(),
                convolution.dilationWidth(),
                0,
                CHANNELS_LAST,
                weightOrder);
    }

    @Override
    public void close() throws Exception {
        forward.close();
        backward.close();
        backwardData.close();
    }

    private int area() {
        return convolution.kernelHeight() * convolution.kernelWidth();
    }

    private int weightCount() {
        return Math.toIntExact(weightShape[0] * weightShape[1] * weightShape[2] * weightShape[3]);
    }

    private INDArray[] tensors(INDArray view) {
        int weights = weightCount();
        INDArray weight = view.get(interval(0, weights)).reshape('c', weightShape);
        if (!convolution.bias()) {
            return new INDArray[] {weight};
        }
        return new INDArray[] {weight, view.get(interval(weights, weights + convolution.out()))};
    }
}
