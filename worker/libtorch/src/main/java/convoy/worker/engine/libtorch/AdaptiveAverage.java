package convoy.worker.engine.libtorch;

import convoy.architectures.Operation.AdaptiveAveragePool;
import convoy.architectures.Shape.Image;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Adaptive average pooling. */
final class AdaptiveAverage {

    private AdaptiveAverage() {}

    /** Where the output's sides divide the input's it is a plain pooling, whose backward pass is deterministic on a GPU too. */
    static Kernel kernel(AdaptiveAveragePool pool, Image in) {
        boolean global = pool.height() == 1 && pool.width() == 1;
        if (global || in.height() % pool.height() != 0 || in.width() % pool.width() != 0) {
            return (inputs, pass) -> torch.adaptive_avg_pool2d(inputs[0], pool.height(), pool.width());
        }
        if (in.height() == pool.height() && in.width() == pool.width()) {
            return (inputs, pass) -> inputs[0];
        }
        long[] window = {in.height() / pool.height(), in.width() / pool.width()};
        return (inputs, pass) -> average(inputs[0], window);
    }

    private static Tensor average(Tensor x, long[] window) {
        return torch.avg_pool2d(x, window, window, new long[] {0, 0}, false, true, new LongOptional());
    }
}
