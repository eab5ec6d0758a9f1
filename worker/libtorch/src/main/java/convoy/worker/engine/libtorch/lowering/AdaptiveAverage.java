package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.libtorch.transfer.Transfers;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Adaptive average pooling: output {@code i} of {@code o} averages the inputs from {@code floor(i n / o)} to {@code ceil((i + 1) n / o)}. */
final class AdaptiveAverage {

    private AdaptiveAverage() {}

    /**
     * PyTorch's backward pass of adaptive pooling adds up in any order on a GPU. Where the output's sides divide the input's it is a plain
     * pooling, else on a GPU a product with a constant matrix; both are deterministic.
     */
    static Kernel kernel(AdaptiveAveragePool pool, Image in, Transfers transfers) {
        boolean global = pool.height() == 1 && pool.width() == 1;
        if (in.height() == pool.height() && in.width() == pool.width()) {
            return (inputs, pass) -> inputs[0];
        }
        if (!global && in.height() % pool.height() == 0 && in.width() % pool.width() == 0) {
            long[] window = {in.height() / pool.height(), in.width() / pool.width()};
            return (inputs, pass) -> average(inputs[0], window);
        }
        if (global || !transfers.onGpu()) {
            return (inputs, pass) -> torch.adaptive_avg_pool2d(inputs[0], pool.height(), pool.width());
        }
        return product(pool, in, transfers);
    }

    private static Tensor average(Tensor x, long[] window) {
        return torch.avg_pool2d(x, window, window, new long[] {0, 0}, false, true, new LongOptional());
    }

    /** Pooling as {@code [h w, H W] [N, H W, C]}, which are the images as they lie in memory; in single precision whatever their type. */
    static Kernel product(AdaptiveAveragePool pool, Image in, Transfers transfers) {
        float[] matrix = matrix(pool, in);
        int pixels = in.height() * in.width();
        int pooled = pool.height() * pool.width();
        return (inputs, pass) -> transfers
                .floats(matrix, matrix.length, pooled, pixels)
                .matmul(inputs[0]
                        .permute(0, 2, 3, 1)
                        .reshape(pass.examples(), pixels, in.channels())
                        .to(ScalarType.Float))
                .to(inputs[0].scalar_type())
                .view(pass.examples(), pool.height(), pool.width(), in.channels())
                .permute(0, 3, 1, 2);
    }

    /** {@code [h w, H W]}: the weight of each pixel in each average. */
    private static float[] matrix(AdaptiveAveragePool pool, Image in) {
        float[] rows = weights(pool.height(), in.height());
        float[] columns = weights(pool.width(), in.width());
        float[] matrix = new float[rows.length * columns.length];
        int at = 0;
        for (int h = 0; h < pool.height(); h++) {
            for (int w = 0; w < pool.width(); w++) {
                for (int y = 0; y < in.height(); y++) {
                    for (int x = 0; x < in.width(); x++) {
                        matrix[at++] = rows[h * in.height() + y] * columns[w * in.width() + x];
                    }
                }
            }
        }
        return matrix;
    }

    /** {@code [out, in]} of one dimension. */
    private static float[] weights(int out, int in) {
        float[] weights = new float[out * in];
        for (int i = 0; i < out; i++) {
            int begin = i * in / out;
            int end = ((i + 1) * in + out - 1) / out;
            for (int j = begin; j < end; j++) {
                weights[i * in + j] = 1.0f / (end - begin);
            }
        }
        return weights;
    }
}
