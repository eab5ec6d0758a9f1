package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.List;

/** What makes one output of several inputs. */
public sealed interface Join extends Operation {
    /** The sum of two or more inputs of one shape. */
    record Add() implements Join {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.size() < 2) {
                throw new BadInputException(
                        "an addition has " + Counts.plain(inputs.size(), "input") + "; it needs at least 2");
            }
            for (Shape input : inputs) {
                if (!input.equals(inputs.get(0))) {
                    throw new BadInputException(
                            "an addition gets " + inputs.get(0) + " and " + input + "; they must be equal");
                }
            }
            return inputs.get(0);
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.add(this);
        }

        @Override
        public String label() {
            return "add";
        }
    }

    /**
     * The sum of two or more inputs of one shape, each times the sigmoid of a learned number: what a node of a randomly wired
     * network does with its edges (Xie et al. 2019, section 3.2).
     *
     * <p>Tensors: {@code weight [inputs]}.
     */
    record WeightedAdd() implements Join {
        @Override
        public Shape output(List<Shape> inputs) {
            return new Add().output(inputs);
        }

        @Override
        public List<Tensor> tensors(String node, List<Shape> inputs) {
            return List.of(new Tensor(node + ".weight", List.of(inputs.size()), Role.NORM_SCALE, node));
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.weightedAdd(this);
        }

        @Override
        public String label() {
            return "weighted add";
        }
    }

    /**
     * The product of two inputs: of one shape, or {@code [C, H, W]} by {@code [C, 1, 1]}, which scales whole channels
     * (squeeze-and-excite).
     */
    record Multiply() implements Join {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.size() != 2) {
                throw new BadInputException(
                        "a multiplication has " + Counts.plain(inputs.size(), "input") + "; it needs 2");
            }
            Shape left = inputs.get(0);
            Shape right = inputs.get(1);
            boolean scalesChannels = left instanceof Image image && right.equals(new Image(image.channels(), 1, 1));
            if (!left.equals(right) && !scalesChannels) {
                throw new BadInputException("a multiplication gets " + left + " and " + right
                        + "; the second must equal the first, or be its channels x 1 x 1");
            }
            return left;
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.multiply(this);
        }

        @Override
        public String label() {
            return "multiply";
        }
    }

    /** The inputs' channels (or features) one after the other; images must agree in height and width. */
    record Concat() implements Join {
        @Override
        public Shape output(List<Shape> inputs) {
            if (inputs.isEmpty()) {
                throw new BadInputException("a concatenation has no inputs; it needs at least 1");
            }
            int sum = 0;
            for (Shape input : inputs) {
                if (inputs.get(0) instanceof Image first) {
                    if (!(input instanceof Image image)
                            || image.height() != first.height()
                            || image.width() != first.width()) {
                        throw new BadInputException("a concatenation gets " + first + " and " + input
                                + "; images must agree in height and width");
                    }
                    sum += image.channels();
                } else if (input instanceof Vector vector) {
                    sum += vector.features();
                } else {
                    throw new BadInputException("a concatenation gets a vector of " + inputs.get(0) + " and " + input
                            + "; they must be all images or all vectors");
                }
            }
            return inputs.get(0) instanceof Image first
                    ? new Image(sum, first.height(), first.width())
                    : new Vector(sum);
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.concat(this);
        }

        @Override
        public String label() {
            return "concat";
        }
    }
}
