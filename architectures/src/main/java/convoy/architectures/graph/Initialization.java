package convoy.architectures.graph;

import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a network's tensors are before training: distributions for the weights of its convolutions and dense layers and
 * for all biases. Normalizations start at scale 1 and shift 0, running means at 0 and running variances at 1.
 *
 * <p>Every tensor is a function of (seed, its name, its shape) alone: adding a layer or changing the number of threads
 * changes no other tensor.
 *
 * @param convolution for the weights of convolutions
 * @param dense for the weights of dense layers
 * @param bias for all biases
 * @param exceptions for single tensors, by their names
 */
public record Initialization(
        Distribution convolution, Distribution dense, Distribution bias, Map<String, Distribution> exceptions) {
    /** Scalars drawn from one stream; the streams of a tensor are drawn in parallel. */
    private static final int BLOCK = 1 << 16;

    /** Which side of a layer a deviation is scaled by. */
    public enum Fan {
        /** {@link Tensor#fanIn}: keeps the variance of what flows forward. */
        IN,
        /** {@link Tensor#fanOut}: keeps the variance of the gradients that flow back. */
        OUT,
        /** The mean of both (Glorot, Bengio 2010). */
        MEAN;

        double of(Tensor weight) {
            return switch (this) {
                case IN -> weight.fanIn();
                case OUT -> weight.fanOut();
                case MEAN -> (weight.fanIn() + weight.fanOut()) / 2.0;
            };
        }
    }

    public Initialization {
        // Sorted, so that a network is stored as the same text each time.
        exceptions = Collections.unmodifiableSortedMap(new TreeMap<>(exceptions));
    }

    /**
     * Without exceptions.
     *
     * @param convolution for the weights of convolutions
     * @param dense for the weights of dense layers
     * @param bias for all biases
     */
    public Initialization(Distribution convolution, Distribution dense, Distribution bias) {
        this(convolution, dense, bias, Map.of());
    }

    /**
     * {@return the same with these distributions for single tensors, by their names}
     *
     * @param more by the tensors' names; they replace what was said of the same tensor
     */
    public Initialization withExceptions(Map<String, Distribution> more) {
        Map<String, Distribution> all = new HashMap<>(exceptions);
        all.putAll(more);
        return new Initialization(convolution, dense, bias, all);
    }

    /** What a tensor's values are drawn from. */
    public sealed interface Distribution {
        /**
         * {@return a source of numbers for a layer whose weight is given}
         *
         * @param weight from whose shape the layer's fan is counted
         */
        Draw of(Tensor weight);
    }

    /** Draws the next number from a stream. */
    @FunctionalInterface
    public interface Draw {
        /**
         * {@return the next number}
         *
         * @param stream that of the tensor's block
         */
        float next(RandomStream stream);
    }

    /**
     * Always this value.
     *
     * @param value of every scalar
     */
    public record Constant(double value) implements Distribution {
        @Override
        public Draw of(Tensor weight) {
            return stream -> (float) value;
        }
    }

    /**
     * Normal with mean 0 and this deviation.
     *
     * @param deviation the standard deviation
     */
    public record Normal(double deviation) implements Distribution {
        @Override
        public Draw of(Tensor weight) {
            return stream -> (float) (deviation * stream.nextGaussian());
        }
    }

    /**
     * Normal with mean 0 and this deviation, what is further off than two deviations drawn anew.
     *
     * @param deviation of the normal distribution before it is cut
     */
    public record TruncatedNormal(double deviation) implements Distribution {
        @Override
        public Draw of(Tensor weight) {
            return stream -> {
                double gaussian = stream.nextGaussian();
                while (Math.abs(gaussian) > 2) {
                    gaussian = stream.nextGaussian();
                }
                return (float) (deviation * gaussian);
            };
        }
    }

    /**
     * Normal with variance {@code gain / fan}: gain 2 for layers before a ReLU (He et al. 2015), 1 for linear ones.
     *
     * @param gain the factor of the variance, above 0
     * @param fan which side of the layer is counted
     */
    public record ScaledNormal(double gain, Fan fan) implements Distribution {
        @Override
        public Draw of(Tensor weight) {
            return new Normal(Math.sqrt(gain / fan.of(weight))).of(weight);
        }
    }

    /**
     * The same, what is further off than two deviations drawn anew.
     *
     * @param gain the factor of the variance before it is cut, above 0
     * @param fan which side of the layer is counted
     */
    public record ScaledTruncatedNormal(double gain, Fan fan) implements Distribution {
        @Override
        public Draw of(Tensor weight) {
            return new TruncatedNormal(Math.sqrt(gain / fan.of(weight))).of(weight);
        }
    }

    /**
     * Uniform in {@code ± sqrt(gain / fan)}: its variance is a third of {@code gain / fan}.
     *
     * @param gain the factor of the variance, but for a third
     * @param fan which side of the layer is counted
     */
    public record ScaledUniform(double gain, Fan fan) implements Distribution {
        /**
         * By fan-in; gain 1 is what PyTorch gives convolutions, dense layers and biases.
         *
         * @param gain the factor of the variance, over a third of 1 / fan-in
         */
        public ScaledUniform(double gain) {
            this(gain, Fan.IN);
        }

        @Override
        public Draw of(Tensor weight) {
            double bound = Math.sqrt(gain / fan.of(weight));
            return stream -> (float) (bound * (2 * stream.nextDouble() - 1));
        }
    }

    /** {@return He normal by fan-in for all weights and zero biases: right for plain networks of ReLUs} */
    public static Initialization he() {
        Distribution normal = new ScaledNormal(2, Fan.IN);
        return new Initialization(normal, normal, new Constant(0));
    }

    /**
     * {@return He normal by fan-out for convolutions, and PyTorch's uniform for dense layers: torchvision's for
     * ResNets}
     */
    public static Initialization residual() {
        return new Initialization(new ScaledNormal(2, Fan.OUT), new ScaledUniform(1), new ScaledUniform(1));
    }

    /**
     * Writes the values of {@code tensors}, one after the other, into {@code flat} from {@code begin} on.
     *
     * @param seed together with each tensor's name and shape it decides the tensor's values
     * @param tensors in the order in which they lie in {@code flat}
     * @param flat row-major tensors, one after the other
     * @param begin the place of the first tensor's first scalar
     */
    public void fill(long seed, List<Tensor> tensors, float[] flat, int begin) {
        Map<String, Tensor> weights = tensors.stream()
                .filter(tensor -> tensor.role() == Role.CONVOLUTION_WEIGHT || tensor.role() == Role.DENSE_WEIGHT)
                .collect(Collectors.toMap(Tensor::node, Function.identity()));
        int offset = begin;
        for (Tensor tensor : tensors) {
            Draw draw = draw(tensor, weights);
            int first = offset;
            int size = tensor.size();
            IntStream.range(0, (size + BLOCK - 1) / BLOCK).parallel().forEach(block -> {
                RandomStream stream = RandomStream.of(seed, "init." + tensor.name(), block);
                int end = Math.min(size, (block + 1) * BLOCK);
                for (int i = block * BLOCK; i < end; i++) {
                    flat[first + i] = draw.next(stream);
                }
            });
            offset += size;
        }
    }

    private Draw draw(Tensor tensor, Map<String, Tensor> weights) {
        Tensor weight = weights.getOrDefault(tensor.node(), tensor);
        Distribution exception = exceptions.get(tensor.name());
        if (exception != null) {
            return exception.of(weight);
        }
        return switch (tensor.role()) {
            case CONVOLUTION_WEIGHT -> convolution.of(weight);
            case DENSE_WEIGHT -> dense.of(weight);
            case BIAS -> bias.of(weight);
            case NORM_SCALE, RUNNING_VARIANCE -> stream -> 1;
            case NORM_SHIFT, RUNNING_MEAN -> stream -> 0;
        };
    }
}
