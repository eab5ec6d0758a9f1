package convoy.worker.engine.nd4j.shape;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Output channels that are each one input channel or zero: padding, slices and shuffles of channels. */
public final class ChannelMapKernel implements Kernel {
    private static final int ZERO = -1;

    private final int inputChannels;
    private final int[] source;

    private ChannelMapKernel(int inputChannels, int[] source) {
        this.inputChannels = inputChannels;
        this.source = source;
    }

    /**
     * {@return channels of zeros before and after the input's}
     *
     * @param channels of the input
     * @param before how many channels of zeros
     * @param after how many channels of zeros
     */
    public static ChannelMapKernel pad(int channels, int before, int after) {
        int[] source = new int[before + channels + after];
        Arrays.fill(source, ZERO);
        for (int channel = 0; channel < channels; channel++) {
            source[before + channel] = channel;
        }
        return new ChannelMapKernel(channels, source);
    }

    /**
     * {@return the kernel that keeps the channels {@code [begin, end)}}
     *
     * @param channels of the input
     * @param begin the first one that is kept
     * @param end the one behind the last
     */
    public static ChannelMapKernel slice(int channels, int begin, int end) {
        int[] source = new int[end - begin];
        Arrays.setAll(source, channel -> begin + channel);
        return new ChannelMapKernel(channels, source);
    }

    /**
     * {@return the kernel by which channel {@code g * (channels / groups) + i} moves to {@code i * groups + g}}
     *
     * @param channels of the input
     * @param groups how many, which divide the channels
     */
    public static ChannelMapKernel shuffle(int channels, int groups) {
        int[] source = new int[channels];
        Arrays.setAll(source, channel -> channel % groups * (channels / groups) + channel / groups);
        return new ChannelMapKernel(channels, source);
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        long[] shape = inputs[0].shape().clone();
        shape[shape.length - 1] = source.length;
        INDArray y = pass.output(shape);
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        float[] from = new float[inputChannels];
        float[] to = new float[source.length];
        for (int row = 0; row < in.limit() / inputChannels; row++) {
            in.get(row * inputChannels, from);
            for (int channel = 0; channel < to.length; channel++) {
                to[channel] = source[channel] == ZERO ? 0 : from[source[channel]];
            }
            out.put(row * to.length, to);
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        float[] from = new float[source.length];
        float[] to = new float[inputChannels];
        for (int row = 0; row < gradient.limit() / from.length; row++) {
            gradient.get(row * from.length, from);
            for (int channel = 0; channel < from.length; channel++) {
                if (source[channel] != ZERO) {
                    to[source[channel]] = from[channel];
                }
            }
            dx.put(row * inputChannels, to);
        }
        return new INDArray[] {inputGradient};
    }
}
