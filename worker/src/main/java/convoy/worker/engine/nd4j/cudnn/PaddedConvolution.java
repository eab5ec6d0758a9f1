package convoy.worker.engine.nd4j.cudnn;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution whose padding need not be the same on both sides, which cuDNN's is: rows below and columns to the right of zeros
 * make up for the difference, in a copy of the images.
 *
 * @param shape with those rows and columns
 */
record PaddedConvolution(ConvolutionShape shape, int extraRows, int extraColumns) {
    /** cuDNN's limit for one array ("2 Giga-elements"). */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE;

    /**
     * From what DL4J's layers say.
     *
     * @param images {@code [N, C, H, W]}
     * @param weights {@code [out, C, kH, kW]}
     * @param padding above and on the left
     * @param same whether an output has the size of the images divided by the strides, rounded up, for which there may be more
     *     padding below and on the right
     * @return none if cuDNN cannot compute it
     */
    static Optional<PaddedConvolution> of(
            long[] images, long[] weights, int[] strides, int[] padding, int[] dilation, boolean same) {
        int extraRows = same ? missing(images[2], weights[2], strides[0], padding[0], dilation[0]) : 0;
        int extraColumns = same ? missing(images[3], weights[3], strides[1], padding[1], dilation[1]) : 0;
        if (product(images) > MOST_ELEMENTS || product(weights) > MOST_ELEMENTS) {
            return Optional.empty();
        }
        ConvolutionShape shape = ConvolutionShapeBuilder.builder()
                .images((int) images[0])
                .channels((int) images[1])
                .height((int) images[2] + extraRows)
                .width((int) images[3] + extraColumns)
                .filters((int) weights[0])
                .kernelHeight((int) weights[2])
                .kernelWidth((int) weights[3])
                .paddingHeight(padding[0])
                .paddingWidth(padding[1])
                .strideHeight(strides[0])
                .strideWidth(strides[1])
                .dilationHeight(dilation[0])
                .dilationWidth(dilation[1])
                .build();
        boolean fits = product(shape.inputSizes()) <= MOST_ELEMENTS && product(shape.outputSizes()) <= MOST_ELEMENTS;
        return fits ? Optional.of(new PaddedConvolution(shape, extraRows, extraColumns)) : Optional.empty();
    }

    /** The zeros that the last window needs beyond the padding that the first one has. */
    private static int missing(long size, long kernel, int stride, int padding, int dilation) {
        long windows = -Math.floorDiv(-size, stride);
        long covered = (windows - 1) * stride + ConvolutionShape.extent((int) kernel, dilation);
        return (int) Math.max(0, covered - size - 2L * padding);
    }

    private static long product(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    boolean isSymmetric() {
        return extraRows == 0 && extraColumns == 0;
    }

    /** The images with the rows and columns of zeros that they need, packed. */
    INDArray padded(INDArray images) {
        if (isSymmetric()) {
            return PackedFloats.of(images);
        }
        INDArray padded = Nd4j.create(DataType.FLOAT, shape.inputSizes(), 'c');
        inside(padded).assign(images);
        return padded;
    }

    /** What a padded array has without them: a view. */
    INDArray inside(INDArray padded) {
        return isSymmetric()
                ? padded
                : padded.get(
                        all(),
                        all(),
                        interval(0, shape.height() - extraRows),
                        interval(0, shape.width() - extraColumns));
    }
}
