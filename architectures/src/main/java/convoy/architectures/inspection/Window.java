package convoy.architectures.inspection;

import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Pooling;

/**
 * A window that moves over one axis of an image.
 *
 * @param kernel how far it reaches, dilation and all, in pixels
 * @param stride from one place to the next, in pixels
 * @param padding before the first pixel
 */
record Window(int kernel, int stride, int padding) {
    static Window rows(Convolution of) {
        return new Window(of.dilationHeight() * (of.kernelHeight() - 1) + 1, of.strideHeight(), of.paddingHeight());
    }

    static Window columns(Convolution of) {
        return new Window(of.dilationWidth() * (of.kernelWidth() - 1) + 1, of.strideWidth(), of.paddingWidth());
    }

    static Window rows(Pooling of) {
        return new Window(of.kernelHeight(), of.strideHeight(), of.paddingHeight());
    }

    static Window columns(Pooling of) {
        return new Window(of.kernelWidth(), of.strideWidth(), of.paddingWidth());
    }

    Span over(Span input, int outputs) {
        return input.slide(outputs, kernel, stride, padding);
    }

    /**
     * The pixels at the end of an axis that no window reaches, since the number of places was rounded down. Pixels that windows
     * step over because the stride is longer than the kernel are none of them.
     */
    int unread(int inputs, int outputs) {
        int reached = (outputs - 1) * stride + kernel - padding;
        return Math.max(0, inputs - reached - Math.max(0, stride - kernel));
    }
}
