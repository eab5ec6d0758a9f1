package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import java.util.List;

/**
 * Every scalar times one constant.
 *
 * @param factor the constant, finite
 */
public record Scale(double factor) implements Operation {
    public Scale {
        if (!Double.isFinite(factor)) {
            throw new BadInputException("scale: factor = " + factor + ", must be finite");
        }
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return Inputs.only(inputs, "scale");
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.scale(this);
    }

    @Override
    public String label() {
        return "times " + factor;
    }
}
