package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Vector;
import java.util.List;

/** {@code [C, H, W]} read row-major as a vector; a vector stays as it is. */
public record Flatten() implements Operation {
    @Override
    public Vector output(List<Shape> inputs) {
        return new Vector(Inputs.only(inputs, "flatten").size());
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.flatten(this);
    }

    @Override
    public String label() {
        return "flatten";
    }
}
