package convoy.worker.engine.libtorch;

import convoy.architectures.Operation.EvoNormB0;
import convoy.architectures.Operation.EvoNormS0;
import convoy.architectures.Shape.Image;
import convoy.records.BadInputException;
import convoy.worker.engine.Variance;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The EvoNorms of Liu et al. 2020, table 2, from operations that PyTorch has. */
final class EvoNorms {

    private EvoNorms() {}

    /** {@code x sigmoid(v x) / sqrt(variance + epsilon) * weight + bias} with the variance of a group of one image's channels. */
    static Kernel s0(EvoNormS0 norm, Image in, String node, FlatTensors tensors) {
        int width = in.channels() / norm.groups();
        return (inputs, pass) -> {
            if (in.size() / norm.groups() < 2) {
                throw new BadInputException(
                        "EvoNorm-S0 gets one value for each group and cannot tell their variance; use larger images");
            }
            Tensor x = inputs[0];
            Tensor variance = x.view(pass.examples(), norm.groups(), width, in.height(), in.width())
                    .var(new long[] {2, 3, 4}, false, true);
            Tensor deviation = variance.add(new Scalar(norm.epsilon()))
                    .sqrt()
                    .expand(pass.examples(), norm.groups(), width, 1, 1)
                    .reshape(pass.examples(), in.channels(), 1, 1);
            Tensor activated = x.mul(x.mul(channels(tensors, node + ".v")).sigmoid());
            return affine(activated.div(deviation), node, tensors);
        };
    }

    /**
     * {@code x / max(sqrt(batch variance + epsilon), v x + sqrt(instance variance + epsilon)) * weight + bias}. In inference, and if
     * it is fixed, the batch's variance is the running one.
     */
    static Kernel b0(EvoNormB0 norm, Image in, String node, FlatTensors tensors, boolean fixed) {
        long pixels = (long) in.height() * in.width();
        return (inputs, pass) -> {
            Tensor x = inputs[0];
            boolean measured = pass.training() && !fixed;
            long values = pixels * pass.examples();
            if (measured) {
                Variance.require("EvoNorm-B0", (double) values);
            }
            String running = node + ".running_var";
            Tensor batchVariance = measured ? x.var(new long[] {0, 2, 3}, false, true) : channels(tensors, running);
            if (measured) {
                double unbiased = (double) values / (values - 1);
                tensors.batchStatistic(running)
                        .copy_(batchVariance.detach().flatten().mul(new Scalar(unbiased)));
            }
            Tensor instanceVariance = x.var(new long[] {2, 3}, false, true);
            Tensor other = x.mul(channels(tensors, node + ".v")).add(deviation(instanceVariance, norm));
            return affine(x.div(deviation(batchVariance, norm).maximum(other)), node, tensors);
        };
    }

    private static Tensor deviation(Tensor variance, EvoNormB0 norm) {
        return variance.add(new Scalar(norm.epsilon())).sqrt();
    }

    private static Tensor affine(Tensor x, String node, FlatTensors tensors) {
        return x.mul(channels(tensors, node + ".weight")).add(channels(tensors, node + ".bias"));
    }

    /** A tensor of one float for each channel as {@code [1, C, 1, 1]}. */
    private static Tensor channels(FlatTensors tensors, String name) {
        return tensors.get(name).view(1, -1, 1, 1);
    }
}
