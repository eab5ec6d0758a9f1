package convoy.worker.engine.libtorch.raw;

import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.Device;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.TorchBackend;
import convoy.worker.engine.libtorch.raw.RawConvolutions.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A process that computes convolutions by PyTorch's own operations, forward and backward, channels last, beside a plain loop in double
 * precision. It names each before it begins with it, since a wrong one may be the last thing that it does.
 */
final class RawConvolutionProbe {
    static final String BEGINS = "begins ";
    static final String WRONG = "wrong ";
    static final String ENDS = "all tried";

    private RawConvolutionProbe() {}

    /**
     * Arguments: a list of {@link RawConvolutions}, PyTorch's type, threads, and which of the list: from the first one's place to that after
     * the last. Those that the engine avoids are left out, since they spoil memory for others, unless a sixth argument is there.
     */
    public static void main(String[] arguments) throws IOException {
        List<Case> cases = RawConvolutions.valueOf(arguments[0]).cases();
        ScalarType type = ScalarType.valueOf(arguments[1]);
        TorchBackend.unavailable(Device.CPU).ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        torch.set_num_threads(Integer.parseInt(arguments[2]));
        System.out.println("memory is checked: "
                + Files.readString(Path.of("/proc/self/maps")).contains("libc_malloc_debug"));
        int end = Math.min(cases.size(), Integer.parseInt(arguments[4]));
        for (int i = Integer.parseInt(arguments[3]); i < end; i++) {
            Case tried = cases.get(i);
            if (tried.isAvoided() && arguments.length == 5) {
                continue;
            }
            System.out.println(BEGINS + i + ": " + tried);
            int place = i;
            Scopes.run(() -> compare(place, tried, type));
        }
        System.out.println(ENDS);
    }

    private static void compare(int place, Case tried, ScalarType type) {
        Convolution convolution = tried.convolution();
        Image in = tried.in();
        Image out = convolution.output(List.of(in));
        Random random = new Random(place);
        int inOfGroup = in.channels() / convolution.groups();
        Tensor x = channelsLast(random, type, tried.images(), in.height(), in.width(), in.channels());
        Tensor weight = channelsLast(
                random, type, convolution.out(), convolution.kernelHeight(), convolution.kernelWidth(), inOfGroup);
        Tensor bias = channelsLast(random, type, 1, 1, 1, convolution.out()).reshape(convolution.out());
        Tensor dy = channelsLast(random, type, tried.images(), out.height(), out.width(), out.channels());
        long[] stride = {convolution.strideHeight(), convolution.strideWidth()};
        long[] padding = {convolution.paddingHeight(), convolution.paddingWidth()};
        long[] dilation = {convolution.dilationHeight(), convolution.dilationWidth()};
        Tensor y = torch.conv2d(x, weight, new TensorOptional(bias), stride, padding, dilation, convolution.groups());
        BoolPointer all = new BoolPointer(3).put(0, true).put(1, true).put(2, true);
        T_TensorTensorTensor_T gradients = torch.convolution_backward(
                dy,
                x,
                weight,
                new long[] {convolution.out()},
                stride,
                padding,
                dilation,
                false,
                new long[] {0, 0},
                convolution.groups(),
                all);
        double tolerance = type == ScalarType.Float ? 1e-5 : 1e-2;
        Exact exact = new Exact(tried, floats(x), floats(weight), floats(bias), floats(dy));
        // What sums of so many products are usually, though they may cancel each other: their rounding does not.
        double usual = Math.sqrt(exact.y.length / (double) convolution.out()) / 3;
        require(place, tried, "output", floats(y), exact.y, 0.1, tolerance);
        require(place, tried, "gradient by the input", floats(gradients.get0()), exact.dx, 0.1, tolerance);
        require(place, tried, "gradient by the weights", floats(gradients.get1()), exact.dw, usual, tolerance);
        require(place, tried, "gradient by the bias", floats(gradients.get2()), exact.db, usual, tolerance);
    }

    private static void require(
            int place, Case tried, String what, float[] actual, double[] expected, double usual, double tolerance) {
        double squares = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += Math.pow(actual[i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }
        // Not less than: no number is wrong too.
        if (actual.length != expected.length || !(Math.sqrt(squares) <= tolerance * Math.max(usual, Math.sqrt(norm)))) {
            System.out.printf(
                    Locale.ROOT,
                    "%s%d: %s is %.1e off of %.1e: %s%n",
                    WRONG,
                    place,
                    what,
                    Math.sqrt(squares),
                    Math.sqrt(norm),
                    tried);
        }
    }

    private static Tensor channelsLast(Random random, ScalarType type, int first, int height, int width, int channels) {
        float[] values = new float[first * height * width * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        Tensor tensor = torch.empty(values.length);
        tensor.data_ptr_float().put(values);
        return tensor.view(first, height, width, channels).to(type).permute(0, 3, 1, 2);
    }

    /** In the order of a memory whose channels are last. */
    private static float[] floats(Tensor tensor) {
        Tensor plain = tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor;
        float[] floats = new float[(int) plain.numel()];
        plain.to(ScalarType.Float).contiguous().data_ptr_float().get(floats);
        return floats;
    }

    /** One loop over all products. */
    private static final class Exact {
        final double[] y;
        final double[] dx;
        final double[] dw;
        final double[] db;

        Exact(Case tried, float[] x, float[] w, float[] bias, float[] gradient) {
            Convolution c = tried.convolution();
            Image in = tried.in();
            Image out = c.output(List.of(in));
            y = new double[gradient.length];
            dx = new double[x.length];
            dw = new double[w.length];
            db = new double[bias.length];
            int inOfGroup = in.channels() / c.groups();
            int outOfGroup = c.out() / c.groups();
            for (int at = 0; at < gradient.length; at++) {
                int o = at % c.out();
                int column = at / c.out() % out.width();
                int row = at / c.out() / out.width() % out.height();
                int image = at / c.out() / out.width() / out.height();
                double sum = bias[o];
                db[o] += gradient[at];
                for (int ky = 0; ky < c.kernelHeight(); ky++) {
                    int iy = row * c.strideHeight() - c.paddingHeight() + ky * c.dilationHeight();
                    for (int kx = 0; kx < c.kernelWidth(); kx++) {
                        int ix = column * c.strideWidth() - c.paddingWidth() + kx * c.dilationWidth();
                        if (iy < 0 || iy >= in.height() || ix < 0 || ix >= in.width()) {
                            continue;
                        }
                        int from = ((image * in.height() + iy) * in.width() + ix) * in.channels()
                                + o / outOfGroup * inOfGroup;
                        int by = ((o * c.kernelHeight() + ky) * c.kernelWidth() + kx) * inOfGroup;
                        for (int i = 0; i < inOfGroup; i++) {
                            sum += (double) x[from + i] * w[by + i];
                            dx[from + i] += (double) gradient[at] * w[by + i];
                            dw[by + i] += (double) gradient[at] * x[from + i];
                        }
                    }
                }
                y[at] = sum;
            }
        }
    }
}
