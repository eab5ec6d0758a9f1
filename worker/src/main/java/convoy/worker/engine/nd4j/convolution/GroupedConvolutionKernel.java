package convoy.worker.engine.nd4j.convolution;

import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution whose channels are cut into groups that do not see each other: weights {@code [out, in / groups, kH, kW]}, followed by
 * the bias {@code [out]} if there is one.
 *
 * <p>ND4J's {@code conv2d} knows no groups, so it computes block after block of channels, each copied out of the images and back. Narrow
 * groups are joined to blocks of about {@value #CHANNELS_OF_A_BLOCK} channels with zeros where one group would see another: for groups
 * of 4 and 8 channels the zeros cost less than more and narrower convolutions (4 images of 56 x 56 with 32 groups of 4, forward and
 * backward, on one core of a Xeon with AVX-512: 317 ms in blocks of one group, 159 of two, 89 of four, 79 of eight).
 */
public final class GroupedConvolutionKernel implements Kernel {
    private static final int CHANNELS_OF_A_BLOCK = 32;

    private final Convolution convolution;
    private final Image input;
    private final Image output;
    private final int blocks;
    private final int joined;
    /** Floats of a group's weights. */
    private final int groupWeights;

    private final ConvolutionKernel kernel;
    private final Optional<Relu> relu;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    private INDArray[] outputs = {};
    /** A block's weights with zeros between the groups, and then its bias; and their gradient. */
    private final INDArray blockParameters;

    private final INDArray blockGradient;
    /** A block's input, its derivative, its output: of the last number of examples. */
    private INDArray[] blockImages = {};

    /**
     * @param convolution what is computed
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [out, H', W']}
     * @param relu whether a ReLU follows, which is done at once
     */
    public GroupedConvolutionKernel(Convolution convolution, Image input, Image output, boolean relu) {
        this.convolution = convolution;
        this.input = input;
        this.output = output;
        int groups = convolution.groups();
        int together = 1;
        while ((together < groups && together * input.channels() / groups < CHANNELS_OF_A_BLOCK)
                || groups % together != 0) {
            together++;
        }
        this.joined = together;
        this.blocks = groups / together;
        this.groupWeights = convolution.out() / groups * (input.channels() / groups) * area();
        this.relu = relu ? Optional.of(new Relu()) : Optional.empty();
        Image blockInput = new Image(input.channels() / blocks, input.height(), input.width());
        Image blockOutput = new Image(output.channels() / blocks, output.height(), output.width());
        Convolution block = Convolution.window(
                        blockOutput.channels(), convolution.kernelHeight(), convolution.kernelWidth())
                .withStride(convolution.strideHeight(), convolution.strideWidth())
                .withPadding(convolution.paddingHeight(), convolution.paddingWidth())
                .withBias(convolution.bias());
        this.kernel = new ConvolutionKernel(block, blockInput, blockOutput, false);
        this.blockParameters = Nd4j.zeros(DataType.FLOAT, kernel.parameterCount());
        this.blockGradient = Nd4j.zeros(DataType.FLOAT, kernel.parameterCount());
        kernel.bindParameters(blockParameters);
    }

    @Override
    public int parameterCount() {
        return convolution.groups() * groupWeights + (convolution.bias() ? convolution.out() : 0);
    }

    @Override
    public void bindParameters(INDArray view) {
        parameters = new INDArray[] {view};
    }

    @Override
    public void bindGradient(INDArray view) {
        gradients = new INDArray[] {view};
        kernel.bindGradient(blockGradient);
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), output.channels());
        prepare(inputs[0].size(0));
        for (int block = 0; block < blocks; block++) {
            copyParameters(parameters[0], blockParameters, block, true);
            copyChannels(inputs[0], blockImages[0], block, true);
            kernel.compute(blockImages[0], blockImages[2]);
            copyChannels(y, blockImages[2], block, false);
        }
        relu.ifPresent(function -> function.apply(y));
        outputs = new INDArray[] {y};
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        relu.ifPresent(function -> function.applyGradient(outputGradient, outputs[0]));
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        prepare(inputs[0].size(0));
        boolean trained = gradients.length > 0;
        for (int block = 0; block < blocks; block++) {
            copyParameters(parameters[0], blockParameters, block, true);
            if (trained) {
                copyChannels(inputs[0], blockImages[0], block, true);
            }
            copyChannels(outputGradient, blockImages[2], block, true);
            kernel.differentiate(blockImages[0], blockImages[2], blockImages[1], pass);
            copyChannels(inputGradient, blockImages[1], block, false);
            if (trained) {
                copyParameters(gradients[0], blockGradient, block, false);
            }
        }
        return new INDArray[] {inputGradient};
    }

    @Override
    public void close() throws Exception {
        kernel.close();
        blockParameters.close();
        blockGradient.close();
        for (INDArray image : blockImages) {
            image.close();
        }
    }

    private int area() {
        return convolution.kernelHeight() * convolution.kernelWidth();
    }

    private void prepare(long examples) {
        if (blockImages.length > 0 && blockImages[0].size(0) == examples) {
            return;
        }
        for (INDArray image : blockImages) {
            image.close();
        }
        int width = input.channels() / blocks;
        blockImages = new INDArray[] {
            Nd4j.createUninitializedDetached(DataType.FLOAT, examples, input.height(), input.width(), width),
            Nd4j.createUninitializedDetached(DataType.FLOAT, examples, input.height(), input.width(), width),
            Nd4j.createUninitializedDetached(
                    DataType.FLOAT, examples, output.height(), output.width(), output.channels() / blocks)
        };
    }

    /** Copies the groups of a block from where all are to where their weights lie along the diagonal, or back. */
    private void copyParameters(INDArray all, INDArray some, int block, boolean intoBlock) {
        FloatBuffer whole = HostFloats.update(all);
        FloatBuffer part = HostFloats.update(some);
        int groupOut = convolution.out() / convolution.groups();
        int row = groupWeights / groupOut;
        float[] weights = new float[row];
        for (int group = 0; group < joined; group++) {
            for (int out = 0; out < groupOut; out++) {
                int channel = group * groupOut + out;
                int inWhole = (block * joined * groupOut + channel) * row;
                int inPart = (channel * joined + group) * row;
                copy(whole, inWhole, part, inPart, weights, intoBlock);
            }
        }
        if (convolution.bias()) {
            float[] bias = new float[joined * groupOut];
            int inWhole = convolution.groups() * groupWeights + block * bias.length;
            copy(whole, inWhole, part, part.limit() - bias.length, bias, intoBlock);
        }
    }

    private static void copy(
            FloatBuffer whole, int inWhole, FloatBuffer part, int inPart, float[] through, boolean intoPart) {
        if (intoPart) {
            whole.get(inWhole, through);
            part.put(inPart, through);
        } else {
            part.get(inPart, through);
            whole.put(inWhole, through);
        }
    }

    /** Copies a block's channels out of whole images, or back. */
    private static void copyChannels(INDArray images, INDArray some, int block, boolean intoBlock) {
        FloatBuffer whole = HostFloats.update(images);
        FloatBuffer part = HostFloats.update(some);
        int channels = (int) images.size(3);
        int width = (int) some.size(3);
        int tileRows = Loops.rowsOfTile(width);
        float[] rows = new float[tileRows * width];
        int count = whole.limit() / channels;
        for (int at = 0; at < count; at += tileRows) {
            int length = Math.min(tileRows, count - at);
            if (!intoBlock) {
                part.get(at * width, rows, 0, length * width);
            }
            for (int r = 0; r < length; r++) {
                int place = (at + r) * channels + block * width;
                if (intoBlock) {
                    whole.get(place, rows, r * width, width);
                } else {
                    whole.put(place, rows, r * width, width);
                }
            }
            if (intoBlock) {
                part.put(at * width, rows, 0, length * width);
            }
        }
    }
}
