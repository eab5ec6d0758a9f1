package convoy.onnx.in;

import convoy.architectures.operations.Normalization.LocalResponseNorm;
import java.util.List;
import java.util.Optional;

/** What a name in a model stands for. */
sealed interface Value {
    /**
     * What a node of the network puts out, as the model looks at it.
     *
     * @param node of the network
     * @param dims extents of one example
     * @param order in which its numbers lie
     */
    record Signal(String node, List<Integer> dims, Order order) implements Value {
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
    record Affine(Signal of, double[] scale, double[] shift, Op by) implements Value {}

    /**
     * {@code min(max(x + 3, 0), 6)}, of which a sixth is a hard sigmoid.
     *
     * @param of x
     * @param timesItself whether it is already multiplied by x
     */
    record Gate(Signal of, boolean timesItself) implements Value {}

    /**
     * A part of {@code x (1 + erf(x / sqrt(2))) / 2}, a GELU.
     *
     * @param of x
     * @param part how much of it
     */
    record Gaussian(Signal of, Part part) implements Value {
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
    record Padded(Signal of, List<Integer> pads) implements Value {}

    /**
     * An image whose channels are in the opposite order.
     *
     * @param of the image as it is
     * @param norm what was done with it in that order
     */
    record Reversed(Signal of, Optional<LocalResponseNorm> norm) implements Value {}

    /**
     * Probabilities of what was said to be logits.
     *
     * @param of the logits
     * @param operator what made them
     */
    record Probabilities(Value of, String operator) implements Value {}

    /**
     * Zeros and ones by chance, one for each example or for each of its channels.
     *
     * @param ofChannels whether each channel has one
     * @param keep the probability of a one
     * @param scaled whether it is divided by that
     */
    record Mask(boolean ofChannels, double keep, boolean scaled) implements Value {}

    /**
     * Numbers that are known.
     *
     * @param tensor with them
     */
    record Constant(Numbers tensor) implements Value {}

    /**
     * Whole numbers that are known, as a shape's, in which {@link #BATCH} may stand for the number of examples.
     *
     * @param values in a row; a single one where it is a scalar
     * @param scalar whether it is one
     */
    record Extents(List<Long> values, boolean scalar) implements Value {
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
        public Filled {
            shape = List.copyOf(shape);
        }
    }

    /** What could not be taken, or hangs on it. */
    record Unknown() implements Value {}
}
