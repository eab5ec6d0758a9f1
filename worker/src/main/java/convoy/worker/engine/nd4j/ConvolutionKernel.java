package convoy.worker.engine.nd4j;

import convoy.architectures.Operation.Convolution;
import convoy.architectures.Shape.Image;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2DDerivative;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A convolution by ND4J's {@code conv2d} and {@code conv2d_bp}, which oneDNN computes. Its weights are {@code [out, in, kH, kW]}
 * as in PyTorch, followed by the bias {@code [out]} if there is one.
 *
 * <p>DL4J's own ConvolutionLayer computes the forward convolution a second time in its backward pass; this does not.
 */
final class ConvolutionKernel implements Kernel {
    private static final int CHANNELS_LAST = 1;
    private static final int WEIGHTS_OUT_IN_HEIGHT_WIDTH = 1;

    /**
     * oneDNN takes Winograd's algorithm for backward convolutions of 16 images or more. With few channels that is the slower one (16
     * channels of 32 x 32: 0.24 ms an image against 0.18, on a 4-core Xeon), with many the faster one.
     */
    private static final int MOST_IMAGES_WITHOUT_WINOGRAD = 15;

    private static final int FEW_CHANNELS = 32;

    private final Convolution convolution;
    private final long[] weightShape;
    private final Image output;
    private final boolean narrow;
    private final Optional<Relu> relu;
    private final OpContext forward = Nd4j.getExecutioner().buildContext();
    private final OpContext backward = Nd4j.getExecutioner().buildContext();
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    private INDArray[] outputs = {};

    ConvolutionKernel(Convolution convolution, Image input, Image output, boolean relu) {
        this.convolution = convolution;
        this.weightShape =
                new long[] {convolution.out(), input.channels(), convolution.kernelHeight(), convolution.kernelWidth()};
        this.output = output;
        this.narrow = input.channels() <= FEW_CHANNELS && convolution.out() <= FEW_CHANNELS;
        this.relu = relu ? Optional.of(new Relu()) : Optional.empty();
        for (OpContext context : new OpContext[] {forward, backward}) {
            context.setIArguments(
                    convolution.kernelHeight(),
                    convolution.kernelWidth(),
                    convolution.strideHeight(),
                    convolution.strideWidth(),
                    convolution.paddingHeight(),
                    convolution.paddingWidth(),
                    convolution.dilationHeight(),
                    convolution.dilationWidth(),
                    0,
                    CHANNELS_LAST,
                    WEIGHTS_OUT_IN_HEIGHT_WIDTH);
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

    /** The derivatives by x, into dx, and by the parameters, into their place. */
    void differentiate(INDArray x, INDArray dy, INDArray dx, Pass pass) {
        long examples = x.size(0);
        long pieces = narrow ? -Math.floorDiv(-examples, MOST_IMAGES_WITHOUT_WINOGRAD) : 1;
        if (pieces == 1) {
            differentiate(x, dy, dx, gradients);
            return;
        }
        INDArray[] partial = tensors(pass.backwardScratch(parameterCount()));
        for (long piece = 0; piece < pieces; piece++) {
            INDArrayIndex part = NDArrayIndex.interval(piece * examples / pieces, (piece + 1) * examples / pieces);
            differentiate(x.get(part), dy.get(part), dx.get(part), piece == 0 ? gradients : partial);
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

    @Override
    public void close() throws Exception {
        forward.close();
        backward.close();
    }

    private int weightCount() {
        return Math.toIntExact(weightShape[0] * weightShape[1] * weightShape[2] * weightShape[3]);
    }

    private INDArray[] tensors(INDArray view) {
        int weights = weightCount();
        INDArray weight = view.get(NDArrayIndex.interval(0, weights)).reshape('c', weightShape);
        if (!convolution.bias()) {
            return new INDArray[] {weight};
        }
        return new INDArray[] {weight, view.get(NDArrayIndex.interval(weights, weights + convolution.out()))};
    }
}
