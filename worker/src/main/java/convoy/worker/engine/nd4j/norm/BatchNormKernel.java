package convoy.worker.engine.nd4j.norm;

import convoy.worker.engine.lowering.Variance;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.KeepsStatistics;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Batch norm (Ioffe and Szegedy 2015) over all but the last dimension. Its parameters are the scale and then the shift, each
 * {@code [channels]}. Running statistics come from outside; a forward pass in training leaves the batch's own, mean and
 * unbiased variance, to be fetched.
 *
 * <p>A fixed one normalizes with the running statistics in training too and has no gradient of its own: to the backward pass it is
 * a factor for each channel.
 *
 * <p>Memory is what it waits for, so each pass reads as little as it can: mean and variance come of one pass over the deviations from
 * a mean of the first rows, which is near enough for nothing to cancel, and the backward pass finds out from the input where the ReLU
 * was zero. Sums run in float over at most {@value #TILES_OF_A_FLOAT_SUM} tiles and in double over those.
 */
public final class BatchNormKernel implements Kernel, KeepsStatistics {
    private static final int TILES_OF_A_FLOAT_SUM = 64;
    private static final int ROWS_FOR_A_NEAR_MEAN = 64;

    private final int channels;
    private final double epsilon;
    private final boolean relu;
    private final boolean fixed;
    private final int tileRows;
    private final int tile;
    private final float[] x;
    private final float[] dy;
    private final float[] lanes;
    private final float[] otherLanes;

    private final float[] runningMean;
    private final float[] runningVariance;
    private final float[] batchMean;
    private final float[] inverseDeviation;
    private final float[] batchUnbiasedVariance;
    private INDArray[] parameters = {};
    private INDArray[] gradients = {};
    /** The last forward pass's factor and summand of the input, repeated for a tile. */
    private float[] scales = {};

    private float[] shifts = {};

    /**
     * A batch norm of {@code [N, H, W, C]} or {@code [N, C]}.
     *
     * @param channels C
     * @param epsilon added to the variance
     * @param relu whether a ReLU follows, which is done at once
     * @param fixed whether running statistics serve in training too
     */
    public BatchNormKernel(int channels, double epsilon, boolean relu, boolean fixed) {
        this.channels = channels;
        this.epsilon = epsilon;
        this.relu = relu;
        this.fixed = fixed;
        this.tileRows = Loops.rowsOfTile(channels);
        this.tile = tileRows * channels;
        this.x = new float[tile];
        this.dy = new float[tile];
        this.lanes = new float[tile];
        this.otherLanes = new float[tile];
        this.runningMean = new float[channels];
        this.runningVariance = new float[channels];
        this.batchMean = new float[channels];
        this.inverseDeviation = new float[channels];
        this.batchUnbiasedVariance = new float[channels];
    }

    @Override
    public String firstStatistic() {
        return "running_mean";
    }

    /** Running mean and running variance, {@code [2, channels]}. */
    @Override
    public void setStatistics(float[] flat, int begin) {
        System.arraycopy(flat, begin, runningMean, 0, channels);
        System.arraycopy(flat, begin + channels, runningVariance, 0, channels);
    }

    /** The mean and the unbiased variance, {@code [2, channels]}. */
    @Override
    public void copyBatchStatistics(float[] flat, int begin) {
        System.arraycopy(batchMean, 0, flat, begin, channels);
        System.arraycopy(batchUnbiasedVariance, 0, flat, begin + channels, channels);
    }

    @Override
    public int parameterCount() {
        return 2 * channels;
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
        FloatBuffer in = HostFloats.read(inputs[0]);
        float[] scale = values(parameters[0]);
        float[] shift = values(parameters[1]);
        boolean measured = pass.training() && !fixed;
        if (measured) {
            measure(in);
        }
        for (int channel = 0; channel < channels; channel++) {
            float inverse = measured ? inverseDeviation[channel] : inverse(runningVariance[channel]);
            float mean = measured ? batchMean[channel] : runningMean[channel];
            scale[channel] *= inverse;
            shift[channel] -= mean * scale[channel];
        }
        scales = Loops.repeat(scale, tileRows);
        shifts = Loops.repeat(shift, tileRows);
        INDArray output = pass.output(inputs[0].shape());
        FloatBuffer out = HostFloats.write(output);
        for (int at = 0; at < in.limit(); at += tile) {
            int length = Math.min(tile, in.limit() - at);
            in.get(at, x, 0, length);
            Loops.affine(x, x, scales, shifts, length);
            if (relu) {
                Loops.relu(x, length);
            }
            out.put(at, x, 0, length);
        }
        return output;
    }

    /**
     * With n rows, {@code d = x - mean} and {@code r = 1 / sqrt(variance + epsilon)}: dshift is the sum of dy, dscale is r times
     * the sum of dy d, and dx = scale r (dy - dshift / n - d r² sum(dy d) / n).
     */
    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        if (fixed) {
            return new INDArray[] {scaled(in, gradient, pass.inputGradient(inputs[0].shape()))};
        }
        float[] means = Loops.repeat(batchMean, tileRows);
        double[] sum = new double[channels];
        double[] product = new double[channels];
        Arrays.fill(lanes, 0);
        Arrays.fill(otherLanes, 0);
        int tiles = 0;
        for (int at = 0; at < in.limit(); at += tile) {
            int length = Math.min(tile, in.limit() - at);
            read(in, gradient, at, length);
            Loops.add(lanes, dy, length);
            Loops.addProductWithDeviation(otherLanes, dy, x, means, length);
            if (++tiles % TILES_OF_A_FLOAT_SUM == 0) {
                drain(lanes, sum);
                drain(otherLanes, product);
            }
        }
        drain(lanes, sum);
        drain(otherLanes, product);

        double rows = rows(in);
        float[] scale = values(parameters[0]);
        float[] slope = new float[channels];
        float[] shift = new float[channels];
        float[] scaleGradient = new float[channels];
        float[] shiftGradient = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double inverse = inverseDeviation[channel];
            scaleGradient[channel] = (float) (product[channel] * inverse);
            shiftGradient[channel] = (float) sum[channel];
            double factor = scale[channel] * inverse;
            scale[channel] = (float) factor;
            slope[channel] = (float) (-factor * inverse * inverse * product[channel] / rows);
            shift[channel] = (float) (-factor * sum[channel] / rows);
        }
        if (gradients.length > 0) {
            HostFloats.write(gradients[0]).put(0, scaleGradient);
            HostFloats.write(gradients[1]).put(0, shiftGradient);
        }

        float[] factors = Loops.repeat(scale, tileRows);
        float[] slopes = Loops.repeat(slope, tileRows);
        float[] summands = Loops.repeat(shift, tileRows);
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer dx = HostFloats.write(inputGradient);
        for (int at = 0; at < in.limit(); at += tile) {
            int length = Math.min(tile, in.limit() - at);
            read(in, gradient, at, length);
            Loops.normGradient(dy, x, means, factors, slopes, summands, length);
            dx.put(at, dy, 0, length);
        }
        return new INDArray[] {inputGradient};
    }

    /** The derivative by the input where nothing else depends on it: that of the output times the last forward pass's factor. */
    private INDArray scaled(FloatBuffer in, FloatBuffer gradient, INDArray inputGradient) {
        FloatBuffer dx = HostFloats.write(inputGradient);
        for (int at = 0; at < in.limit(); at += tile) {
            int length = Math.min(tile, in.limit() - at);
            read(in, gradient, at, length);
            Loops.multiply(dy, scales, length);
            dx.put(at, dy, 0, length);
        }
        return inputGradient;
    }

    private void measure(FloatBuffer in) {
        double rows = rows(in);
        Variance.require("batch norm", rows);
        float[] near = nearMean(in);
        float[] nears = Loops.repeat(near, tileRows);
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        Arrays.fill(lanes, 0);
        Arrays.fill(otherLanes, 0);
        int tiles = 0;
        for (int at = 0; at < in.limit(); at += tile) {
            int length = Math.min(tile, in.limit() - at);
            in.get(at, x, 0, length);
            Loops.addDeviations(lanes, otherLanes, x, nears, length);
            if (++tiles % TILES_OF_A_FLOAT_SUM == 0) {
                drain(lanes, sum);
                drain(otherLanes, squares);
            }
        }
        drain(lanes, sum);
        drain(otherLanes, squares);
        for (int channel = 0; channel < channels; channel++) {
            double offset = sum[channel] / rows;
            double deviations = Math.max(0, squares[channel] - sum[channel] * offset);
            batchMean[channel] = (float) (near[channel] + offset);
            inverseDeviation[channel] = inverse(deviations / rows);
            batchUnbiasedVariance[channel] = (float) (deviations / (rows - 1));
        }
    }

    /** The mean of some rows from all over the batch. */
    private float[] nearMean(FloatBuffer in) {
        int rows = rows(in);
        int count = Math.min(rows, ROWS_FOR_A_NEAR_MEAN);
        float[] mean = new float[channels];
        float[] row = new float[channels];
        for (int i = 0; i < count; i++) {
            in.get((int) ((long) i * rows / count) * channels, row);
            Loops.add(mean, row, channels);
        }
        Loops.scale(mean, 1f / count, channels);
        return mean;
    }

    /** Reads a tile of the input and of the output's gradient, the latter zeroed where the ReLU was zero. */
    private void read(FloatBuffer in, FloatBuffer gradient, int at, int length) {
        in.get(at, x, 0, length);
        gradient.get(at, dy, 0, length);
        if (relu) {
            Loops.affineReluGradient(dy, x, scales, shifts, length);
        }
    }

    private float inverse(double variance) {
        return (float) (1 / Math.sqrt(variance + epsilon));
    }

    private int rows(FloatBuffer floats) {
        return floats.limit() / channels;
    }

    /** Adds the lanes of each channel to its sum and empties them. */
    private void drain(float[] from, double[] sum) {
        for (int lane = 0; lane < tile; lane += channels) {
            for (int channel = 0; channel < channels; channel++) {
                sum[channel] += from[lane + channel];
            }
        }
        Arrays.fill(from, 0);
    }

    private float[] values(INDArray tensor) {
        float[] values = new float[channels];
        HostFloats.read(tensor).get(0, values);
        return values;
    }

    private INDArray[] tensors(INDArray view) {
        return new INDArray[] {
            view.get(NDArrayIndex.interval(0, channels)), view.get(NDArrayIndex.interval(channels, 2L * channels))
        };
    }
}
