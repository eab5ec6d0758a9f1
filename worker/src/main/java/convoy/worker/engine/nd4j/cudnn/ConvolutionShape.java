package convoy.worker.engine.nd4j.cudnn;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;

/**
 * One convolution as cuDNN's descriptors say it: floats, row-major; images {@code [images, channels, height, width]}, weights
 * {@code [filters, channels, kernelHeight, kernelWidth]}, output {@code [images, filters, outputHeight, outputWidth]}. The padding
 * is that of both sides.
 */
@RecordBuilder
record ConvolutionShape(
        int images,
        int channels,
        int height,
        int width,
        int filters,
        int kernelHeight,
        int kernelWidth,
        int paddingHeight,
        int paddingWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth)
        implements ConvolutionShapeBuilder.With {

    ConvolutionShape {
        int[] positive = {
            images,
            channels,
            height,
            width,
            filters,
            kernelHeight,
            kernelWidth,
            strideHeight,
            strideWidth,
            dilationHeight,
            dilationWidth
        };
        if (Arrays.stream(positive).anyMatch(size -> size < 1) || paddingHeight < 0 || paddingWidth < 0) {
            throw new IllegalArgumentException("sizes, strides and dilations begin at 1, paddings at 0: "
                    + Arrays.toString(positive) + ", padding " + paddingHeight + " x " + paddingWidth);
        }
        if (height + 2 * paddingHeight < extent(kernelHeight, dilationHeight)
                || width + 2 * paddingWidth < extent(kernelWidth, dilationWidth)) {
            throw new IllegalArgumentException("a kernel of " + kernelHeight + " x " + kernelWidth + " with dilation "
                    + dilationHeight + " x " + dilationWidth + " is larger than images of " + height + " x " + width
                    + " with padding " + paddingHeight + " x " + paddingWidth);
        }
    }

    int outputHeight() {
        return 1 + (height + 2 * paddingHeight - extent(kernelHeight, dilationHeight)) / strideHeight;
    }

    int outputWidth() {
        return 1 + (width + 2 * paddingWidth - extent(kernelWidth, dilationWidth)) / strideWidth;
    }

    long[] inputSizes() {
        return new long[] {images, channels, height, width};
    }

    long[] outputSizes() {
        return new long[] {images, filters, outputHeight(), outputWidth()};
    }

    /** The pixels from a kernel's first to its last. */
    static int extent(int kernel, int dilation) {
        return (kernel - 1) * dilation + 1;
    }

    @Override
    public String toString() {
        return "images " + Arrays.toString(inputSizes()) + ", weights ["
                + filters + ", " + channels + ", " + kernelHeight + ", " + kernelWidth + "], strides "
                + strideHeight + " x " + strideWidth + ", padding " + paddingHeight + " x " + paddingWidth
                + ", dilation " + dilationHeight + " x " + dilationWidth;
    }
}
