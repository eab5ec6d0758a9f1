package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/** What brings scalars to a common scale, by the statistics of their neighbours, their example or their batch. */
public sealed interface Normalization extends Operation {
    /**
     * {@code torch.nn.BatchNorm2d} of an image, {@code BatchNorm1d} of a vector. Training normalizes by the batch's mean
     * and biased variance; {@code running = (1 - momentum) running + momentum batch}, with the unbiased variance.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}, each {@code [channels]}.
     *
     * @param epsilon added to the variance, in (0, 1)
     * @param momentum the weight of the newest batch in the running statistics, in (0, 1]
     */
    record BatchNorm(double epsilon, double momentum) implements Normalization {
        public BatchNorm {
            Limits.checkEpsilon("batch norm", epsilon);
            Limits.checkMomentum("batch norm", momentum);
        }

        /** {@return PyTorch's batch norm: epsilon 1e-5, momentum 0.1} */
        public static BatchNorm standard() {
            return new BatchNorm(1e-5, 0.1);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Inputs.only(inputs, "batch norm");
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            Shape in = Inputs.only(inputs, "batch norm");
            List<Integer> shape = List.of(in.channels());
            return List.of(
                    new Tensor(node + ".weight", shape, Role.NORM_SCALE, node),
                    new Tensor(node + ".bias", shape, Role.NORM_SHIFT, node),
                    new Tensor(node + ".running_mean", shape, Role.RUNNING_MEAN, node),
                    new Tensor(node + ".running_var", shape, Role.RUNNING_VARIANCE, node));
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.batchNorm(this);
        }

        @Override
        public String label() {
            return "batch norm";
        }
    }

    /**
     * {@code torch.nn.LocalResponseNorm}: {@code x / (k + alpha / size * sum of x²)^beta}, the sum over channels
     * {@code [c - size / 2, c - size / 2 + size)} with zeros outside. Mind the division of alpha by size.
     *
     * @param size how many channels are summed
     * @param alpha the factor of their mean square
     * @param beta the exponent
     * @param k added to the sum
     */
    record LocalResponseNorm(int size, double alpha, double beta, double k) implements Normalization {
        public LocalResponseNorm {
            Limits.atLeast("local response norm", "size", size, 1);
            if (!(Double.isFinite(alpha) && Double.isFinite(beta) && Double.isFinite(k))) {
                throw new BadInputException("local response norm: alpha = " + alpha + ", beta = " + beta + ", k = " + k
                        + "; all must be finite");
            }
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Inputs.image(inputs, "local response norm");
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.localResponseNorm(this);
        }

        @Override
        public String label() {
            return "local response norm " + size;
        }
    }

    /**
     * EvoNorm-S0 (Liu et al. 2020, table 2), a normalization and activation in one that looks at single examples:
     * {@code x sigmoid(v x) / sqrt(variance + epsilon) * weight + bias}, the variance that of a group of neighbouring channels
     * of one example.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code v}, each {@code [channels]}.
     *
     * @param groups how many, which divide the channels
     * @param epsilon added to the variance, in (0, 1)
     */
    record EvoNormS0(int groups, double epsilon) implements Normalization {
        public EvoNormS0 {
            Limits.atLeast("EvoNorm-S0", "groups", groups, 1);
            Limits.checkEpsilon("EvoNorm-S0", epsilon);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Inputs.image(inputs, "EvoNorm-S0");
            if (in.channels() % groups != 0) {
                throw new BadInputException("an EvoNorm-S0 of " + Counts.plain(groups, "group") + " gets " + in
                        + ", whose " + Counts.plain(in.channels(), "channel") + " cannot be divided by them");
            }
            return in;
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            return evoNormTensors(node, Inputs.image(inputs, "EvoNorm-S0").channels());
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.evoNormS0(this);
        }

        @Override
        public String label() {
            return "EvoNorm-S0";
        }
    }

    /**
     * EvoNorm-B0 (Liu et al. 2020, table 2), a normalization and activation in one:
     * {@code x / max(sqrt(batch variance + epsilon), v x + sqrt(instance variance + epsilon)) * weight + bias}. The batch
     * variance, over examples and pixels, is the running one in inference; the instance variance is that of one channel of one
     * example. {@code running = (1 - momentum) running + momentum batch}, with the unbiased variance.
     *
     * <p>Tensors: {@code weight}, {@code bias}, {@code v}, {@code running_var}, each {@code [channels]}.
     *
     * @param epsilon added to the variances, in (0, 1)
     * @param momentum the weight of the newest batch in the running variance, in (0, 1]
     */
    record EvoNormB0(double epsilon, double momentum) implements Normalization {
        public EvoNormB0 {
            Limits.checkEpsilon("EvoNorm-B0", epsilon);
            Limits.checkMomentum("EvoNorm-B0", momentum);
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Inputs.image(inputs, "EvoNorm-B0");
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            int channels = Inputs.image(inputs, "EvoNorm-B0").channels();
            List<Tensor> tensors = new ArrayList<>(evoNormTensors(node, channels));
            tensors.add(new Tensor(node + ".running_var", List.of(channels), Role.RUNNING_VARIANCE, node));
            return tensors;
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.evoNormB0(this);
        }

        @Override
        public String label() {
            return "EvoNorm-B0";
        }
    }

    /**
     * {@code torch.nn.LayerNorm} over the channels of each pixel (torchvision's {@code LayerNorm2d}), or over the features of a
     * vector: {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}, with the biased variance.
     *
     * <p>Tensors: {@code weight}, {@code bias}, each {@code [channels]}.
     *
     * @param epsilon added to the variance, in (0, 1)
     */
    record LayerNorm(double epsilon) implements Normalization {
        public LayerNorm {
            Limits.checkEpsilon("layer norm", epsilon);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Inputs.only(inputs, "layer norm");
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            List<Integer> shape = List.of(Inputs.only(inputs, "layer norm").channels());
            return List.of(
                    new Tensor(node + ".weight", shape, Role.NORM_SCALE, node),
                    new Tensor(node + ".bias", shape, Role.NORM_SHIFT, node));
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.layerNorm(this);
        }

        @Override
        public String label() {
            return "layer norm";
        }
    }

    private static List<Tensor> evoNormTensors(String node, int channels) {
        return List.of(
                new Tensor(node + ".weight", List.of(channels), Role.NORM_SCALE, node),
                new Tensor(node + ".bias", List.of(channels), Role.NORM_SHIFT, node),
                new Tensor(node + ".v", List.of(channels), Role.NORM_SCALE, node));
    }
}
