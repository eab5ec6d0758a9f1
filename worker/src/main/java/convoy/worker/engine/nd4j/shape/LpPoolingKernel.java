package convoy.worker.engine.nd4j.shape;

import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code (sum x^p)^(1/p)} over windows, by plain loops with sums in double precision. */
public final class LpPoolingKernel implements Kernel {
    private final Pooling pooling;
    private final Image input;
    private final Image output;
    private final double power;

    /**
     * Roots of sums of powers.
     *
     * @param pooling what is computed
     * @param input shape of one example, {@code [C, H, W]}
     * @param output shape of one example, {@code [C, H', W']}
     */
    public LpPoolingKernel(Pooling pooling, Image input, Image output) {
        this.pooling = pooling;
        this.input = input;
        this.output = output;
        this.power = pooling.power();
    }

    @Override
    public INDArray forward(INDArray[] inputs, Pass pass) {
        INDArray y = pass.output(inputs[0].size(0), output.height(), output.width(), output.channels());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer out = HostFloats.write(y);
        float[] image = new float[input.size()];
        for (int example = 0; example < inputs[0].size(0); example++) {
            in.get(example * image.length, image);
            out.put(example * output.size(), forward(image));
        }
        return y;
    }

    @Override
    public INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass) {
        INDArray inputGradient = pass.inputGradient(inputs[0].shape());
        FloatBuffer in = HostFloats.read(inputs[0]);
        FloatBuffer gradient = HostFloats.read(outputGradient);
        FloatBuffer dx = HostFloats.write(inputGradient);
        float[] image = new float[input.size()];
        float[] dy = new float[output.size()];
        for (int example = 0; example < inputs[0].size(0); example++) {
            in.get(example * image.length, image);
            gradient.get(example * dy.length, dy);
            dx.put(example * image.length, backward(image, dy));
        }
        return new INDArray[] {inputGradient};
    }

    /** Of one example {@code [H, W, C]}. */
    float[] forward(float[] image) {
        float[] y = new float[output.size()];
        for (int place = 0; place < y.length; place++) {
            Window window = new Window(place);
            y[place] = (float) power(window.factor * window.sum(image), 1 / power);
        }
        return y;
    }

    /** With a sum that is taken f times: {@code dx = dy f x^(p-1) (f sum)^(1/p-1)}, and 0 where the sum is. */
    float[] backward(float[] image, float[] dy) {
        float[] dx = new float[image.length];
        for (int place = 0; place < dy.length; place++) {
            Window window = new Window(place);
            double sum = window.factor * window.sum(image);
            if (sum != 0) {
                window.spread(dy[place] * window.factor * power(sum, 1 / power - 1), image, dx);
            }
        }
        return dx;
    }

    private static double power(double x, double exponent) {
        if (exponent == 1) {
            return x;
        }
        return exponent == 2 ? x * x : Math.pow(x, exponent);
    }

    /** What one float of the output is made of. */
    private final class Window {
        private final int channel;
        private final int top;
        private final int bottom;
        private final int left;
        private final int right;

        /** How much larger the window is than its part in the input and the padding. */
        private final double factor;

        Window(int place) {
            channel = place % output.channels();
            int column = place / output.channels() % output.width();
            int row = place / output.channels() / output.width();
            int firstRow = row * pooling.strideHeight() - pooling.paddingHeight();
            int firstColumn = column * pooling.strideWidth() - pooling.paddingWidth();
            top = Math.max(firstRow, 0);
            bottom = Math.min(firstRow + pooling.kernelHeight(), input.height());
            left = Math.max(firstColumn, 0);
            right = Math.min(firstColumn + pooling.kernelWidth(), input.width());
            int rows = Math.min(pooling.kernelHeight(), input.height() + pooling.paddingHeight() - firstRow);
            int columns = Math.min(pooling.kernelWidth(), input.width() + pooling.paddingWidth() - firstColumn);
            factor = (double) pooling.kernelHeight() * pooling.kernelWidth() / ((double) rows * columns);
        }

        double sum(float[] image) {
            double sum = 0;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    sum += power(image[at(row, column)], power);
                }
            }
            return sum;
        }

        void spread(double factor, float[] image, float[] dx) {
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    dx[at(row, column)] += (float) (factor * power(image[at(row, column)], power - 1));
                }
            }
        }

        private int at(int row, int column) {
            return (row * input.width() + column) * input.channels() + channel;
        }
    }
}
