package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/** The forms of dropout: noise while a network is trained, nothing when it is used. */
public sealed interface Regularization extends Operation {
    @Override
    default boolean isIdentityInInference() {
        return true;
    }

    /**
     * {@code torch.nn.Dropout}: in training each scalar is 0 with this probability, else divided by its complement.
     *
     * @param probability of leaving out, in [0, 1)
     */
    record Dropout(double probability) implements Regularization {
        public Dropout {
            Limits.checkProbability("dropout", probability);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Inputs.only(inputs, "dropout");
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.dropout(this);
        }

        @Override
        public String label() {
            return "dropout " + probability;
        }
    }

    /**
     * {@code torch.nn.Dropout2d}: dropout of whole channels of an example.
     *
     * @param probability of leaving out, in [0, 1)
     */
    record SpatialDropout(double probability) implements Regularization {
        public SpatialDropout {
            Limits.checkProbability("spatial dropout", probability);
        }

        @Override
        public Image output(List<Shape> inputs) {
            return Inputs.image(inputs, "spatial dropout");
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.spatialDropout(this);
        }

        @Override
        public String label() {
            return "spatial dropout " + probability;
        }
    }

    /**
     * {@code torchvision.ops.StochasticDepth("row")}: dropout of an example's whole residual branch.
     *
     * @param probability of leaving out, in [0, 1)
     */
    record StochasticDepth(double probability) implements Regularization {
        public StochasticDepth {
            Limits.checkProbability("stochastic depth", probability);
        }

        @Override
        public Shape output(List<Shape> inputs) {
            return Inputs.only(inputs, "stochastic depth");
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.stochasticDepth(this);
        }

        @Override
        public String label() {
            return "stochastic depth " + probability;
        }
    }
}
