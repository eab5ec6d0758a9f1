package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.operations.Pooling;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Roots of sums of powers, put together as {@code torch.nn.functional.lp_pool2d} does it, with a padding. */
final class LpPooling {
    private LpPooling() {}

    static Kernel kernel(Pooling pooling) {
        long[] kernel = {pooling.kernelHeight(), pooling.kernelWidth()};
        long[] stride = {pooling.strideHeight(), pooling.strideWidth()};
        long[] padding = {pooling.paddingHeight(), pooling.paddingWidth()};
        return (inputs, pass) -> {
            Tensor sums = torch.avg_pool2d(
                            inputs[0].pow(new Scalar(pooling.power())),
                            kernel,
                            stride,
                            padding,
                            pooling.ceil(),
                            true,
                            new LongOptional())
                    .mul(new Scalar((double) kernel[0] * kernel[1]));
            // The ReLU changes nothing but the gradient where a sum is zero: to zero.
            return sums.sign().mul(sums.abs().relu()).pow(new Scalar(1 / pooling.power()));
        };
    }
}
