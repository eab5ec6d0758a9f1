package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * {@code torch.nn.AdaptiveAvgPool2d}: output row {@code r} of {@code R} is the mean over input rows
 * {@code [floor(r H / R), ceil((r + 1) H / R))}, columns alike; the output may be larger than the input.
 *
 * @param height of the output, in pixels
 * @param width of the output, in pixels
 */
public record AdaptiveAveragePool(int height, int width) implements Operation {
    public AdaptiveAveragePool {
        Limits.atLeast("adaptive average pool", "height", height, 1);
        Limits.atLeast("adaptive average pool", "width", width, 1);
    }

    /** {@return one mean for each channel, {@code [C, 1, 1]}} */
    public static AdaptiveAveragePool global() {
        return new AdaptiveAveragePool(1, 1);
    }

    @Override
    public Image output(List<Shape> inputs) {
        return new Image(Inputs.image(inputs, "adaptive average pool").channels(), height, width);
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.adaptiveAveragePool(this);
    }

    @Override
    public String label() {
        return height == 1 && width == 1 ? "global average" : "adaptive average " + height + "x" + width;
    }
}
