package convoy.worker.engine.nd4j.cudnn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What cuDNN computes, by plain loops in double precision on the processor, from the descriptors and the memory that cuDNN is
 * given. It fails where a test says so, and counts the descriptors that are open.
 */
final class ProcessorCudnn implements Cudnn {
    /** The calls in their order, with algorithm and workspace. */
    final List<String> calls = new ArrayList<>();

    final List<ConvolutionShape> described = new ArrayList<>();
    final Map<FwdAlgo, OptionalLong> forwardWorkspaces = new EnumMap<>(FwdAlgo.class);
    Optional<OptionalLong> dataWorkspace = Optional.empty();
    Optional<CudnnException> failure = Optional.empty();
    String failingCall = "";
    int open;

    @Override
    public CudnnConvolution describe(ConvolutionShape shape) {
        described.add(shape);
        open++;
        return new Loops(shape);
    }

    private void note(String call, String algorithm, long workspace) {
        calls.add(algorithm.isEmpty() ? call : call + " " + algorithm + " " + workspace);
        if (call.equals(failingCall)) {
            throw failure.orElseThrow();
        }
    }

    /** One position of a kernel over an image, as indices into the three arrays. */
    @FunctionalInterface
    private interface Tap {
        void at(int input, int weight, int output);
    }

    private final class Loops implements CudnnConvolution {
        private final ConvolutionShape shape;

        Loops(ConvolutionShape shape) {
            this.shape = shape;
        }

        @Override
        public OptionalLong forwardWorkspace(FwdAlgo algorithm) {
            return forwardWorkspaces.getOrDefault(
                    algorithm, OptionalLong.of(algorithm == FwdAlgo.IMPLICIT_GEMM ? 0 : 4096));
        }

        @Override
        public OptionalLong dataWorkspace(BwdDataAlgo algorithm) {
            return dataWorkspace.orElse(OptionalLong.of(2048));
        }

        @Override
        public OptionalLong filterWorkspace(BwdFilterAlgo algorithm) {
            return OptionalLong.of(1024);
        }

        @Override
        public void forward(FwdAlgo algorithm, long workspace, INDArray x, INDArray weights, INDArray y) {
            note("forward", algorithm.name(), workspace);
            float[] input = read(x, inputLength());
            float[] weight = read(weights, weightLength());
            double[] output = new double[outputLength()];
            everyTap((i, w, o) -> output[o] += (double) input[i] * weight[w]);
            write(output, y);
        }

        @Override
        public void addBias(INDArray bias, INDArray y) {
            note("addBias", "", 0);
            float[] values = read(bias, shape.filters());
            float[] output = read(y, outputLength());
            double[] sum = new double[output.length];
            int area = shape.outputHeight() * shape.outputWidth();
            for (int o = 0; o < sum.length; o++) {
                sum[o] = (double) output[o] + values[o / area % shape.filters()];
            }
            write(sum, y);
        }

        @Override
        public void backwardData(BwdDataAlgo algorithm, long workspace, INDArray weights, INDArray dy, INDArray dx) {
            note("backwardData", algorithm.name(), workspace);
            float[] weight = read(weights, weightLength());
            float[] output = read(dy, outputLength());
            double[] input = new double[inputLength()];
            everyTap((i, w, o) -> input[i] += (double) output[o] * weight[w]);
            write(input, dx);
        }

        @Override
        public void backwardFilter(BwdFilterAlgo algorithm, long workspace, INDArray x, INDArray dy, INDArray dw) {
            note("backwardFilter", algorithm.name(), workspace);
            float[] input = read(x, inputLength());
            float[] output = read(dy, outputLength());
            double[] weight = new double[weightLength()];
            everyTap((i, w, o) -> weight[w] += (double) output[o] * input[i]);
            write(weight, dw);
        }

        @Override
        public void backwardBias(INDArray dy, INDArray db) {
            note("backwardBias", "", 0);
            float[] output = read(dy, outputLength());
            double[] bias = new double[shape.filters()];
            int area = shape.outputHeight() * shape.outputWidth();
            for (int o = 0; o < output.length; o++) {
                bias[o / area % bias.length] += output[o];
            }
            write(bias, db);
        }

        @Override
        public void close() {
            open--;
        }

        private void everyTap(Tap tap) {
            for (int n = 0; n < shape.images(); n++) {
                for (int f = 0; f < shape.filters(); f++) {
                    for (int row = 0; row < shape.outputHeight(); row++) {
                        for (int column = 0; column < shape.outputWidth(); column++) {
                            int o = ((n * shape.filters() + f) * shape.outputHeight() + row) * shape.outputWidth()
                                    + column;
                            everyTap(tap, n, f, row, column, o);
                        }
                    }
                }
            }
        }

        private void everyTap(Tap tap, int n, int f, int row, int column, int o) {
            for (int c = 0; c < shape.channels(); c++) {
                for (int kh = 0; kh < shape.kernelHeight(); kh++) {
                    int h = row * shape.strideHeight() - shape.paddingHeight() + kh * shape.dilationHeight();
                    for (int kw = 0; kw < shape.kernelWidth(); kw++) {
                        int w = column * shape.strideWidth() - shape.paddingWidth() + kw * shape.dilationWidth();
                        if (h >= 0 && h < shape.height() && w >= 0 && w < shape.width()) {
                            tap.at(
                                    ((n * shape.channels() + c) * shape.height() + h) * shape.width() + w,
                                    ((f * shape.channels() + c) * shape.kernelHeight() + kh) * shape.kernelWidth() + kw,
                                    o);
                        }
                    }
                }
            }
        }

        private int inputLength() {
            return length(shape.inputSizes());
        }

        private int outputLength() {
            return length(shape.outputSizes());
        }

        private int weightLength() {
            return shape.filters() * shape.channels() * shape.kernelHeight() * shape.kernelWidth();
        }

        private static int length(long[] sizes) {
            return (int) Arrays.stream(sizes).reduce(1, Math::multiplyExact);
        }
    }

    private static float[] read(INDArray array, int length) {
        checkLength(array, length);
        Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
        float[] values = new float[length];
        floats(array).get(values);
        return values;
    }

    private static void write(double[] values, INDArray array) {
        checkLength(array, values.length);
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
        floats(array).put(floats);
    }

    /** The place of a view begins where it does in the whole, which the descriptors know nothing of. */
    private static FloatPointer floats(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }

    private static void checkLength(INDArray array, int length) {
        if (array.length() != length || !PackedFloats.is(array)) {
            throw new AssertionError(
                    array.shapeInfoToString() + " where " + length + " floats without gaps are described");
        }
    }
}
