package convoy.worker.engine.nd4j.shape;

import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.LaneSums;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Means over bins of rows {@code [floor(r H / R), ceil((r + 1) H / R))} and columns alike, as PyTorch's AdaptiveAvgPool2d. */
public final class AdaptiveAverageKernel implements Kernel {
    private final Image input;
    private final Image output;

    /**
     * Means over parts of images.
     *
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [C, height, width]}
     */
    public AdaptiveAverageKernel(Image input, Image output) {
        this.input = input;
        this.output = output;
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), output.channels());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        int channels = input.channels();
        if (output.size() == channels) {
            averageAll(in, out);
            return y;
        }
        float[] image = new float[input.size()];
        float[] sum = new float[channels];
        for (int example = 0; example < inputs[0].size(0); example++) {
            in.get(example * image.length, image);
            for (int r = 0; r < output.height(); r++) {
                for (int c = 0; c < output.width(); c++) {
                    Bin bin = bin(r, c);
                    Arrays.fill(sum, 0);
                    for (int row = bin.top; row < bin.bottom; row++) {
                        for (int column = bin.left; column < bin.right; column++) {
                            Loops.addRow(sum, image, (row * input.width() + column) * channels, channels);
                        }
                    }
                    Loops.scale(sum, 1f / bin.size(), channels);
                    out.put(example * output.size() + (r * output.width() + c) * channels, sum);
                }
            }
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        int channels = input.channels();
        if (output.size() == channels) {
            spreadToAll(gradient, dx);
            return new INDArray[] {inputGradient};
        }
        float[] image = new float[input.size()];
        float[] dy = new float[channels];
        for (int example = 0; example < inputs[0].size(0); example++) {
            Arrays.fill(image, 0);
            for (int r = 0; r < output.height(); r++) {
                for (int c = 0; c < output.width(); c++) {
                    Bin bin = bin(r, c);
                    gradient.get(example * output.size() + (r * output.width() + c) * channels, dy);
                    for (int row = bin.top; row < bin.bottom; row++) {
                        for (int column = bin.left; column < bin.right; column++) {
                            Loops.addToRow(
                                    image, (row * input.width() + column) * channels, dy, 1f / bin.size(), channels);
                        }
                    }
                }
            }
            dx.put(example * image.length, image);
        }
        return new INDArray[] {inputGradient};
    }

    /** One bin: global average pooling. */
    private void averageAll(FloatBuffer in, FloatBuffer out) {
        LaneSums sums = new LaneSums(input.channels());
        float[] x = new float[sums.tile()];
        for (int example = 0; example < out.limit() / input.channels(); example++) {
            for (int at = 0; at < input.size(); at += x.length) {
                int length = Math.min(x.length, input.size() - at);
                in.get(example * input.size() + at, x, 0, length);
                sums.add(x, length);
            }
            out.put(example * input.channels(), sums.take(1.0 / (input.height() * input.width())));
        }
    }

    private void spreadToAll(FloatBuffer gradient, FloatBuffer dx) {
        float[] dy = new float[input.channels()];
        for (int example = 0; example < gradient.limit() / dy.length; example++) {
            gradient.get(example * dy.length, dy);
            Loops.scale(dy, 1f / (input.height() * input.width()), dy.length);
            float[] tile = Loops.repeat(dy, Loops.rowsOfTile(dy.length));
            for (int at = 0; at < input.size(); at += tile.length) {
                dx.put(example * input.size() + at, tile, 0, Math.min(tile.length, input.size() - at));
            }
        }
    }

    private Bin bin(int row, int column) {
        return new Bin(
                row * input.height() / output.height(),
                -Math.floorDiv(-(row + 1) * input.height(), output.height()),
                column * input.width() / output.width(),
                -Math.floorDiv(-(column + 1) * input.width(), output.width()));
    }

    private record Bin(int top, int bottom, int left, int right) {
        int size() {
            return (bottom - top) * (right - left);
        }
    }
}
