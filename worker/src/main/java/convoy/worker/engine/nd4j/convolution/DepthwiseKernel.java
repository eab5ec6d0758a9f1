package convoy.worker.engine.nd4j.convolution;

import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A convolution of as many groups as channels, each channel with a kernel of its own: weights {@code [C, 1, kH, kW]}, followed by the
 * bias {@code [C]} if there is one.
 *
 * <p>With channels last, a row of pixels is one long vector, and each tap of the kernel a product of it with the tap's weights, repeated
 * for the pixels of a tile. ND4J's {@code depthwise_conv2d} reaches no oneDNN: on one core of a Xeon with AVX-512, four images of
 * 56 x 56 with 144 channels and 3x3 took it 960 ms forward and 3,860 ms backward, where this takes 11 and 14.
 *
 * <p>The backward pass goes over the input's rows. What a row's derivative gathers are the rows of the output's derivative, shifted and,
 * where the convolution skips pixels, with zeros between; the same shifted rows times the input are the weights' derivative.
 */
public final class DepthwiseKernel implements Kernel {
    /** Floats of a tile: nine taps' weights of this length stay in the first-level cache. */
    private static final int TILE = 512;

    private static final int TILES_OF_A_FLOAT_SUM = 64;

    private final Convolution convolution;
    private final Image input;
    private final Image output;
    private final int channels;
    private final int height;
    private final int width;
    private final int taps;
    private final int tile;
    private final Optional<Relu> relu;
    /** The weights of each tap, repeated for a tile. */
    private final float[][] weights;

    private final float[][] lanes;
    private final float[] sum;
    private final float[] other;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    private INDArray[] outputs = {};

    /**
     * @param convolution what is computed
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [out, H', W']}
     * @param relu whether a ReLU follows, which is done at once
     */
    public DepthwiseKernel(Convolution convolution, Image input, Image output, boolean relu) {
        this.convolution = convolution;
        this.input = input;
        this.output = output;
        this.channels = input.channels();
        this.height = convolution.kernelHeight();
        this.width = convolution.kernelWidth();
        this.taps = height * width;
        this.tile = Math.max(1, TILE / channels) * channels;
        this.relu = relu ? Optional.of(new Relu()) : Optional.empty();
        this.weights = new float[taps][tile];
        this.lanes = new float[taps][tile];
        this.sum = new float[tile];
        this.other = new float[tile];
    }

    @Override
    public int parameterCount() {
        return channels * taps + (convolution.bias() ? channels : 0);
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
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), channels);
        FloatBuffer out = HostFloats.write(y);
        readWeights();
        float[] bias = new float[tile];
        if (convolution.bias()) {
            float[] values = new float[channels];
            HostFloats.read(parameters[1]).get(0, values);
            bias = Loops.repeat(values, tile / channels);
        }
        int[][] columns = new int[width][output.width()];
        for (int tap = 0; tap < width; tap++) {
            for (int column = 0; column < output.width(); column++) {
                columns[tap][column] = column * convolution.strideWidth() + tap - convolution.paddingWidth();
            }
        }
        ShiftedRows rows = new ShiftedRows(HostFloats.read(inputs[0]), input, columns, height);
        int row = output.width() * channels;
        for (int example = 0; example < y.size(0); example++) {
            for (int r = 0; r < output.height(); r++) {
                int top = r * convolution.strideHeight() - convolution.paddingHeight();
                for (int at = 0; at < row; at += tile) {
                    int length = Math.min(tile, row - at);
                    System.arraycopy(bias, 0, sum, 0, length);
                    for (int h = Math.max(0, -top); h < height && top + h < input.height(); h++) {
                        addTaps(rows.shifted(example, top + h), at / tile, h, length);
                    }
                    out.put((example * output.height() + r) * row + at, sum, 0, length);
                }
            }
        }
        relu.ifPresent(function -> function.apply(y));
        outputs = new INDArray[] {y};
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        relu.ifPresent(function -> function.applyGradient(outputGradient, outputs[0]));
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer dx = HostFloats.write(inputGradient);
        readWeights();
        int[][] columns = new int[width][input.width()];
        for (int tap = 0; tap < width; tap++) {
            for (int column = 0; column < input.width(); column++) {
                columns[tap][column] = source(column + convolution.paddingWidth() - tap, convolution.strideWidth());
            }
        }
        ShiftedRows rows = new ShiftedRows(HostFloats.read(outputGradient), output, columns, height);
        boolean trained = gradients.length > 0;
        double[] weightGradient = new double[taps * channels];
        int row = input.width() * channels;
        int tiles = 0;
        for (int example = 0; example < inputs[0].size(0); example++) {
            for (int r = 0; r < input.height(); r++) {
                for (int at = 0; at < row; at += tile) {
                    int length = Math.min(tile, row - at);
                    int place = (example * input.height() + r) * row + at;
                    if (trained) {
                        in.get(place, other, 0, length);
                    }
                    Arrays.fill(sum, 0, length, 0);
                    for (int h = 0; h < height; h++) {
                        int from = source(r + convolution.paddingHeight() - h, convolution.strideHeight());
                        if (from >= 0 && from < output.height()) {
                            float[][][] shifted = rows.shifted(example, from);
                            addTaps(shifted, at / tile, h, length);
                            for (int w = 0; w < width && trained; w++) {
                                Loops.addProduct(lanes[h * width + w], other, shifted[w][at / tile], length);
                            }
                        }
                    }
                    dx.put(place, sum, 0, length);
                    if (trained && ++tiles % TILES_OF_A_FLOAT_SUM == 0) {
                        drain(weightGradient);
                    }
                }
            }
        }
        if (trained) {
            drain(weightGradient);
            write(weightGradient);
        }
        if (trained && convolution.bias()) {
            sumPixels(HostFloats.read(outputGradient));
        }
        return new INDArray[] {inputGradient};
    }

    /** The place that a multiple of the stride comes from; -1 for what is none. */
    private static int source(int place, int stride) {
        return place >= 0 && place % stride == 0 ? place / stride : -1;
    }

    /** Adds one row of the kernel. */
    private void addTaps(float[][][] shifted, int part, int kernelRow, int length) {
        int tap = kernelRow * width;
        int w = 0;
        for (; w + 3 <= width; w += 3) {
            Loops.addThreeProducts(
                    sum,
                    shifted[w][part],
                    shifted[w + 1][part],
                    shifted[w + 2][part],
                    weights[tap + w],
                    weights[tap + w + 1],
                    weights[tap + w + 2],
                    length);
        }
        for (; w < width; w++) {
            Loops.addProduct(sum, shifted[w][part], weights[tap + w], length);
        }
    }

    private void readWeights() {
        float[] values = new float[channels * taps];
        HostFloats.read(parameters[0]).get(0, values);
        for (int tap = 0; tap < taps; tap++) {
            for (int i = 0; i < tile; i++) {
                weights[tap][i] = values[i % channels * taps + tap];
            }
        }
    }

    /** Adds the lanes of each weight to its gradient and empties them. */
    private void drain(double[] weightGradient) {
        for (int tap = 0; tap < taps; tap++) {
            for (int lane = 0; lane < tile; lane += channels) {
                for (int channel = 0; channel < channels; channel++) {
                    weightGradient[tap * channels + channel] += lanes[tap][lane + channel];
                }
            }
            Arrays.fill(lanes[tap], 0);
        }
    }

    private void write(double[] weightGradient) {
        float[] values = new float[channels * taps];
        for (int tap = 0; tap < taps; tap++) {
            for (int channel = 0; channel < channels; channel++) {
                values[channel * taps + tap] = (float) weightGradient[tap * channels + channel];
            }
        }
        HostFloats.write(gradients[0]).put(0, values);
    }

    private void sumPixels(FloatBuffer outputGradient) {
        float[] pixel = new float[channels];
        float[] pixels = new float[channels];
        for (int at = 0; at < outputGradient.limit(); at += channels) {
            outputGradient.get(at, pixel);
            Loops.add(pixels, pixel, channels);
        }
        HostFloats.write(gradients[1]).put(0, pixels);
    }

    private INDArray[] tensors(INDArray view) {
        long count = (long) channels * taps;
        INDArray weight = view.get(NDArrayIndex.interval(0, count));
        if (!convolution.bias()) {
            return new INDArray[] {weight};
        }
        return new INDArray[] {weight, view.get(NDArrayIndex.interval(count, count + channels))};
    }

    /**
     * The rows that one row of results needs, each once for every column of the kernel, shifted so that what belongs together has one
     * index: only such loops are vectorized.
     */
    private final class ShiftedRows {
        private final FloatBuffer images;
        private final Image shape;
        private final int[][] columns;
        private final float[] line;
        private final float[][][][] held;
        private final int[] heldRows;

        /**
         * @param images {@code [N, H, W, C]}
         * @param shape of one of them
         * @param columns for each column of the kernel and of the results, the images' column, which may be outside
         * @param count the rows to hold
         */
        ShiftedRows(FloatBuffer images, Image shape, int[][] columns, int count) {
            this.images = images;
            this.shape = shape;
            this.columns = columns;
            this.line = new float[shape.width() * channels];
            int tiles = -Math.floorDiv(-columns[0].length * channels, tile);
            this.held = new float[count][width][tiles][tile];
            this.heldRows = new int[count];
            Arrays.fill(heldRows, -1);
        }

        /** {@code [kernel column][tile][i]} of one row of one image; it is held until {@code count} rows further. */
        float[][][] shifted(int example, int row) {
            int absolute = example * shape.height() + row;
            int slot = row % held.length;
            if (heldRows[slot] != absolute) {
                heldRows[slot] = absolute;
                images.get(absolute * line.length, line);
                for (int w = 0; w < width; w++) {
                    shift(columns[w], held[slot][w]);
                }
            }
            return held[slot];
        }

        private void shift(int[] from, float[][] to) {
            int pixels = tile / channels;
            for (int column = 0; column < from.length; ) {
                int source = from[column];
                int begin = column % pixels;
                boolean inside = source >= 0 && source < shape.width();
                int run = 1;
                while (column + run < from.length
                        && begin + run < pixels
                        && (inside
                                ? from[column + run] == source + run && source + run < shape.width()
                                : from[column + run] < 0 || from[column + run] >= shape.width())) {
                    run++;
                }
                float[] target = to[column / pixels];
                if (inside) {
                    System.arraycopy(line, source * channels, target, begin * channels, run * channels);
                } else {
                    Arrays.fill(target, begin * channels, (begin + run) * channels, 0);
                }
                column += run;
            }
        }
    }
}
