package convoy.worker.engine.nd4j.shape;

import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Loops;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Maximum and average pooling by ND4J's operations, which oneDNN computes. They pad both ends alike and round output sides down;
 * where PyTorch's ceil mode rounds up, or an average's divisor depends on the place, the input is padded here first, and averages
 * are corrected place by place.
 */
public final class PoolingKernel implements Kernel {
    private static final int CHANNELS_LAST = 1;
    private static final int DIVIDE_BY_WHOLE_WINDOW = 1;

    private final Pooling pooling;
    private final Image input;
    private final Image output;
    /** Rows and columns added at the end beyond the pooling's own padding, which are 0 unless output sides were rounded up. */
    private final int extraRows;

    private final int extraColumns;
    private final float[] placeFactors;
    private final OpContext forward = Nd4j.getExecutioner().buildContext();
    private final OpContext backward = Nd4j.getExecutioner().buildContext();
    private final CustomOp operation;
    private final CustomOp derivative;
    private INDArray[] padded = {};

    /**
     * The maximum or the mean over windows.
     *
     * @param pooling what is computed
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [C, H', W']}
     */
    public PoolingKernel(Pooling pooling, Image input, Image output) {
        this.pooling = pooling;
        this.input = input;
        this.output = output;
        this.extraRows = extra(
                input.height(),
                output.height(),
                pooling.kernelHeight(),
                pooling.strideHeight(),
                pooling.paddingHeight());
        this.extraColumns = extra(
                input.width(), output.width(), pooling.kernelWidth(), pooling.strideWidth(), pooling.paddingWidth());
        boolean maximum = pooling.kind() == Pooling.Kind.MAX;
        this.placeFactors = maximum ? new float[0] : placeFactors();
        this.operation =
                DynamicCustomOp.builder(maximum ? "maxpool2d" : "avgpool2d").build();
        this.derivative = DynamicCustomOp.builder(maximum ? "maxpool2d_bp" : "avgpool2d_bp")
                .build();
        boolean padHere = extraRows > 0 || extraColumns > 0;
        for (OpContext context : new OpContext[] {forward, backward}) {
            context.setIArguments(
                    pooling.kernelHeight(),
                    pooling.kernelWidth(),
                    pooling.strideHeight(),
                    pooling.strideWidth(),
                    padHere ? 0 : pooling.paddingHeight(),
                    padHere ? 0 : pooling.paddingWidth(),
                    1,
                    1,
                    0,
                    DIVIDE_BY_WHOLE_WINDOW,
                    CHANNELS_LAST);
        }
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray x = padHere() ? pad(inputs[0], pass) : inputs[0];
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), output.channels());
        forward.purge();
        forward.setInputArray(0, x);
        forward.setOutputArray(0, y);
        Nd4j.exec(operation, forward);
        correctPlaces(y);
        padded = new INDArray[] {x};
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        correctPlaces(outputGradient);
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        INDArray paddedGradient = padHere() ? pass.backwardScratch(padded[0].shape()) : inputGradient;
        backward.purge();
        backward.setInputArray(0, padded[0]);
        backward.setInputArray(1, outputGradient);
        backward.setOutputArray(0, paddedGradient);
        Nd4j.exec(derivative, backward);
        if (padHere()) {
            copyRows(paddedGradient, inputGradient, false);
        }
        return new INDArray[] {inputGradient};
    }

    @Override
    public void close() throws Exception {
        forward.close();
        backward.close();
    }

    private boolean padHere() {
        return extraRows > 0 || extraColumns > 0;
    }

    private static int extra(int in, int out, int kernel, int stride, int padding) {
        return Math.max(0, (out - 1) * stride + kernel - (in + 2 * padding));
    }

    private INDArray pad(INDArray x, Pass pass) {
        INDArray result = pass.kept(
                x.size(0),
                input.height() + 2L * pooling.paddingHeight() + extraRows,
                input.width() + 2L * pooling.paddingWidth() + extraColumns,
                input.channels());
        float fill = pooling.kind() == Pooling.Kind.MAX ? Float.NEGATIVE_INFINITY : 0;
        FloatBuffer floats = HostFloats.write(result);
        float[] filling = new float[Loops.TILE];
        Arrays.fill(filling, fill);
        for (int at = 0; at < floats.limit(); at += Loops.TILE) {
            floats.put(at, filling, 0, Math.min(Loops.TILE, floats.limit() - at));
        }
        copyRows(result, x, true);
        return result;
    }

    /** Copies the pixels that padded images share with plain ones. */
    private void copyRows(INDArray paddedImages, INDArray images, boolean intoPadded) {
        FloatBuffer wide = HostFloats.update(paddedImages);
        FloatBuffer plain = HostFloats.update(images);
        int channels = input.channels();
        float[] row = new float[input.width() * channels];
        int wideHeight = (int) paddedImages.size(1);
        int wideWidth = (int) paddedImages.size(2);
        for (int example = 0; example < images.size(0); example++) {
            for (int r = 0; r < input.height(); r++) {
                int inPlain = (example * input.height() + r) * row.length;
                int inWide = ((example * wideHeight + r + pooling.paddingHeight()) * wideWidth + pooling.paddingWidth())
                        * channels;
                if (intoPadded) {
                    plain.get(inPlain, row);
                    wide.put(inWide, row);
                } else {
                    wide.get(inWide, row);
                    plain.put(inPlain, row);
                }
            }
        }
    }

    /**
     * For each output place the window's size over PyTorch's divisor: the pixels of the window in the image, or in the image and
     * its first padding if that counts.
     */
    private float[] placeFactors() {
        int size = pooling.kernelHeight() * pooling.kernelWidth();
        float[] factors = new float[output.height() * output.width()];
        for (int r = 0; r < output.height(); r++) {
            int rows =
                    counted(r, input.height(), pooling.kernelHeight(), pooling.strideHeight(), pooling.paddingHeight());
            for (int c = 0; c < output.width(); c++) {
                int columns =
                        counted(c, input.width(), pooling.kernelWidth(), pooling.strideWidth(), pooling.paddingWidth());
                factors[r * output.width() + c] = (float) size / (rows * columns);
            }
        }
        for (float factor : factors) {
            if (factor != 1) {
                return factors;
            }
        }
        return new float[0];
    }

    private int counted(int place, int in, int kernel, int stride, int padding) {
        int begin = place * stride - padding;
        int end = Math.min(begin + kernel, in + padding);
        return pooling.countIncludePad() ? end - begin : Math.min(end, in) - Math.max(begin, 0);
    }

    private void correctPlaces(INDArray images) {
        if (placeFactors.length == 0) {
            return;
        }
        FloatBuffer floats = HostFloats.update(images);
        float[] pixel = new float[output.channels()];
        for (int at = 0; at < floats.limit(); at += pixel.length) {
            floats.get(at, pixel);
            Loops.scale(pixel, placeFactors[at / pixel.length % placeFactors.length], pixel.length);
            floats.put(at, pixel);
        }
    }
}
