package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import java.util.List;

/**
 * A function of each scalar alone.
 *
 * @param function which
 */
public record Activation(Function function) implements Operation {
    /** The functions, each by its formula. */
    public enum Function {
        /** {@code max(x, 0)}. */
        RELU("ReLU"),
        /** {@code min(max(x, 0), 6)}. */
        RELU6("ReLU6"),
        /** {@code x sigmoid(x)}. */
        SILU("SiLU"),
        /** {@code x Phi(x)}, the distribution function of the standard normal, not an approximation of it. */
        GELU("GELU"),
        /** {@code 1 / (1 + exp(-x))}. */
        SIGMOID("sigmoid"),
        /** {@code min(max(x + 3, 0), 6) / 6}. */
        HARD_SIGMOID("hard sigmoid"),
        /** {@code x min(max(x + 3, 0), 6) / 6}. */
        HARD_SWISH("hard swish"),
        /** Hyperbolic tangent. */
        TANH("tanh");

        private final String title;

        Function(String title) {
            this.title = title;
        }
    }

    /** {@return {@code max(x, 0)}} */
    public static Activation relu() {
        return new Activation(Function.RELU);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return Inputs.only(inputs, "activation");
    }

    @Override
    public <R> R accept(OperationVisitor<R> visitor) {
        return visitor.activation(this);
    }

    @Override
    public String label() {
        return function.title;
    }
}
