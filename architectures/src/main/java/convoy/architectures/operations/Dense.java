package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Vector;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code torch.nn.Linear} on a vector.
 *
 * <p>Tensors: {@code weight [out, in]}, and {@code bias [out]} if it has one.
 *
 * @param out features of the output
 * @param bias whether a number is added to every feature of the output
 */
public record Dense(int out, boolean bias) implements Operation {
    public Dense {
        Limits.atLeast("dense", "out", out, 1);
    }

    @Override
    public Vector output(List<Shape> inputs) {
        Inputs.vector(inputs, "dense layer");
        return new Vector(out);
    }

    @Override
    public List<Tensor> tensors(String node, List<Shape> inputs) {
        int in = Inputs.vector(inputs, "dense layer").features();
        List<Tensor> tensors = new ArrayList<>(2);
        tensors.add(new Tensor(node + ".weight", List.of(out, in), Role.DENSE_WEIGHT, node));
        if (bias) {
            tensors.add(new Tensor(node + ".bias", List.of(out), Role.BIAS, node));
        }
        return tensors;
    }

    @Override
    public long multiplyAdds(List<Shape> inputs) {
        return (long) out * Inputs.vector(inputs, "dense layer").features();
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.dense(this);
    }

    @Override
    public String label() {
        return "dense " + out;
    }
}
