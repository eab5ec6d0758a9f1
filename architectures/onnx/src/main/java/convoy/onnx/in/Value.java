package convoy.onnx.in;

import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.records.BadInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a name in a model stands for. */
sealed interface Value {
    /** {@return whether it is known before there is an image} */
    default boolean isConstant() {
        return false;
    }

    /** {@return the one number that it is; empty if it is several, or not known} */
    default OptionalDouble single() {
        return OptionalDouble.empty();
    }

    /**
     * {@return what a layer reads of it}
     *
     * @param body takes the node of what was not computed before
     * @throws BadInputException if no layer can read it
     */
    Signal signal(Body body);

    /**
     * {@return the product with something else, if it means something of its own; else empty}
     *
     * @param op that multiplies
     * @param other the other factor
     * @param body takes the nodes
     */
    default Optional<Value> times(Op op, Value other, Body body) {
        return Optional.empty();
    }

    /**
     * What a node of the network puts out, as the model looks at it.
     *
     * @param node of the network
     * @param dims extents of one example
     * @param order in which its numbers lie
     */
    record Signal(String node, List<Integer> dims, Order order) implements Value {
        @Override
        public Signal signal(Body body) {
            return this;
        }

        public Signal {
            dims = List.copyOf(dims);
        }
    }

    /** How the numbers of a signal lie. */
    enum Order {
        /** As the node puts them out. */
        ROWS,
        /** The first two extents are groups and what is in each, one for the other. */
        SWAPPED_GROUPS,
        /** Height, width, channels. */
        CHANNELS_LAST
    }

    /**
     * A factor and a summand for each channel, or one for all, that nothing has asked for yet.
     *
     * @param of what is scaled and shifted
     * @param scale one, or as many as there are channels
     * @param shift likewise
     * @param by the node that said so last
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Affine(Signal of, double[] scale, double[] shift, Op by) implements Value {
        @Override
        public Signal signal(Body body) {
            return body.materialized(this);
        }

        /** {@return whether it is half of a signal} */
        boolean isHalfOf(Signal signal) {
            return of.equals(signal) && isAll(scale, 0.5) && isAll(shift, 0);
        }

        /** {@return whether all of them are one number} */
        static boolean isAll(double[] values, double value) {
            for (double one : values) {
                if (one != value) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * {@code min(max(x + 3, 0), 6)}, of which a sixth is a hard sigmoid.
     *
     * @param of x
     * @param timesItself whether it is already multiplied by x
     */
    record Gate(Signal of, boolean timesItself) implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads min(max(x + 3, 0), 6) of " + of.node()
                    + ", which is taken as part of a hard sigmoid alone");
        }

        @Override
        public Optional<Value> times(Op op, Value other, Body body) {
            return timesItself || !other.equals(of) ? Optional.empty() : Optional.of(new Gate(of, true));
        }
    }

    /**
     * A part of {@code x (1 + erf(x / sqrt(2))) / 2}, a GELU.
     *
     * @param of x
     * @param part how much of it
     */
    record Gaussian(Signal of, Part part) implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads a part of the GELU of " + of.node() + ", which is taken whole alone");
        }

        @Override
        public Optional<Value> times(Op op, Value other, Body body) {
            boolean half = other instanceof Affine affine && affine.isHalfOf(of);
            if (!half && !other.equals(of)) {
                return Optional.empty();
            }
            return switch (part) {
                case TWICE_PHI ->
                    Optional.of(half ? body.activation(op, Function.GELU, of) : new Gaussian(of, Part.TWICE_GELU));
                case PHI -> half ? Optional.empty() : Optional.of(body.activation(op, Function.GELU, of));
                case ERF, TWICE_GELU -> Optional.empty();
            };
        }

        /** What was computed. */
        enum Part {
            /** {@code erf(x / sqrt(2))}. */
            ERF,
            /** {@code 1 + erf(x / sqrt(2))}. */
            TWICE_PHI,
            /** {@code (1 + erf(x / sqrt(2))) / 2}. */
            PHI,
            /** {@code x (1 + erf(x / sqrt(2)))}. */
            TWICE_GELU
        }
    }

    /**
     * A signal with zeros around it.
     *
     * @param of the signal
     * @param pads top, left, bottom, right
     */
    record Padded(Signal of, List<Integer> pads) implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads an image with zeros around it; only convolutions and poolings are"
                    + " taken behind such padding");
        }
    }

    /**
     * Probabilities of what was said to be logits.
     *
     * @param of the logits
     * @param operator what made them
     */
    record Probabilities(Value of, String operator) implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads the " + operator + " of what was taken for logits");
        }
    }

    /**
     * Zeros and ones by chance, one for each example or for each of its channels.
     *
     * @param ofChannels whether each channel has one
     * @param keep the probability of a one
     * @param scaled whether it is divided by that
     */
    record Mask(boolean ofChannels, double keep, boolean scaled) implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException(
                    "it reads numbers drawn by chance; only products with them are taken, as dropout");
        }

        @Override
        public Optional<Value> times(Op op, Value other, Body body) {
            if (!scaled) {
                throw new BadInputException(
                        "it leaves out by chance and does not divide by what stays, as dropout does");
            }
            double probability = Op.decimal((float) (1 - keep));
            return Optional.of(body.pointwise(
                    op, ofChannels ? new SpatialDropout(probability) : new StochasticDepth(probability), other));
        }
    }

    /**
     * Numbers that are known.
     *
     * @param tensor with them
     */
    record Constant(Numbers tensor) implements Value {
        @Override
        public boolean isConstant() {
            return true;
        }

        @Override
        public OptionalDouble single() {
            return tensor.isScalar() ? OptionalDouble.of(tensor.values()[0]) : OptionalDouble.empty();
        }

        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads a constant; only what hangs on the image can be an input of a layer");
        }
    }

    /**
     * Whole numbers that are known, as a shape's, in which {@link #BATCH} may stand for the number of examples.
     *
     * @param values in a row; a single one where it is a scalar
     * @param scalar whether it is one
     */
    record Extents(List<Long> values, boolean scalar) implements Value {
        @Override
        public boolean isConstant() {
            return true;
        }

        @Override
        public OptionalDouble single() {
            return values.size() == 1 && values.get(0) != BATCH
                    ? OptionalDouble.of((double) values.get(0))
                    : OptionalDouble.empty();
        }

        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads a constant; only what hangs on the image can be an input of a layer");
        }

        /** The number of examples. */
        static final long BATCH = Long.MIN_VALUE;

        public Extents {
            values = List.copyOf(values);
        }
    }

    /**
     * One number everywhere, of a shape of which the number of examples may be part.
     *
     * @param shape its extents
     * @param number everywhere
     */
    record Filled(List<Long> shape, double number) implements Value {
        @Override
        public boolean isConstant() {
            return true;
        }

        @Override
        public OptionalDouble single() {
            return OptionalDouble.of(number);
        }

        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads a constant; only what hangs on the image can be an input of a layer");
        }

        public Filled {
            shape = List.copyOf(shape);
        }
    }

    /** What could not be taken, or hangs on it. */
    record Unknown() implements Value {
        @Override
        public Signal signal(Body body) {
            throw new BadInputException("it reads what could not be taken");
        }
    }
}
