package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.libtorch.transfer.FlatTensors;
import convoy.worker.engine.lowering.Variance;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The norms of PyTorch's own operations; those of Liu et al. are {@link EvoNorms}. */
final class Norms {

    private Norms() {}

    /**
     * Batch norm, which leaves the batch's mean and unbiased variance beside the gradient.
     *
     * @param fixed whether it uses running statistics in training too
     */
    static Kernel batch(BatchNorm norm, Shape in, String node, FlatTensors tensors, boolean fixed) {
        Tensor weight = tensors.get(node + ".weight");
        Tensor bias = tensors.get(node + ".bias");
        int pixels = in instanceof Image image ? image.height() * image.width() : 1;
        return (inputs, pass) -> {
            boolean measured = pass.training() && !fixed;
            if (measured) {
                Variance.require("batch norm", (double) pixels * pass.examples());
            }
            String mean = node + ".running_mean";
            String variance = node + ".running_var";
            return torch.batch_norm(
                    inputs[0],
                    new TensorOptional(weight),
                    new TensorOptional(bias),
                    new TensorOptional(measured ? tensors.batchStatistic(mean) : tensors.get(mean)),
                    new TensorOptional(measured ? tensors.batchStatistic(variance) : tensors.get(variance)),
                    measured,
                    // A running average of this batch alone is this batch's mean and unbiased variance.
                    1,
                    norm.epsilon(),
                    true);
        };
    }

    /** Over the channels of each pixel, which PyTorch wants last. */
    static Kernel layer(LayerNorm norm, Shape in, String node, FlatTensors tensors) {
        Tensor weight = tensors.get(node + ".weight");
        Tensor bias = tensors.get(node + ".bias");
        boolean isImage = in instanceof Image;
        return (inputs, pass) -> {
            Tensor last = isImage ? inputs[0].permute(0, 2, 3, 1) : inputs[0];
            Tensor normal = torch.layer_norm(
                    last,
                    new long[] {in.channels()},
                    new TensorOptional(weight),
                    new TensorOptional(bias),
                    norm.epsilon(),
                    false);
            return isImage ? normal.permute(0, 3, 1, 2) : normal;
        };
    }

    /** The sums over channels as an average pooling of rows of channels, whose backward pass is deterministic on a GPU too. */
    static Kernel localResponse(LocalResponseNorm norm, Image in) {
        int before = norm.size() / 2;
        return (inputs, pass) -> {
            Tensor x = inputs[0];
            Tensor squares = x.mul(x)
                    .permute(0, 2, 3, 1)
                    .reshape(pass.examples(), 1, (long) in.height() * in.width(), in.channels());
            Tensor means = torch.avg_pool2d(
                            torch.constant_pad_nd(squares, before, norm.size() - 1 - before),
                            new long[] {1, norm.size()},
                            new long[] {1, 1},
                            new long[] {0, 0},
                            false,
                            true,
                            new LongOptional())
                    .reshape(pass.examples(), in.height(), in.width(), in.channels())
                    .permute(0, 3, 1, 2);
            Tensor divisors = means.mul(new Scalar(norm.alpha())).add(new Scalar(norm.k()));
            return x.mul(divisors.pow(new Scalar(-norm.beta())));
        };
    }
}
