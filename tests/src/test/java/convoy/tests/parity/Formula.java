package convoy.tests.parity;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.NetworkLayout;
import java.nio.charset.StandardCharsets;

/**
 * Fills tensors and inputs with numbers that are a function of their names, so that a reference needs to keep none of them.
 *
 * <p>{@code u(name, i) = (splitmix64(fnv1a64(name + salt) + i) >> 40) * 2^-23 - 1}, in [-1, 1), where i is the flat row-major index.
 */
final class Formula {
    private final String salt;

    Formula(String salt) {
        this.salt = salt;
    }

    /** The start of a name's sequence, to be given to {@link #uniform(long, long)}. */
    long sequence(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte letter : (name + salt).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (letter & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }

    /** The i-th number of a sequence. */
    static double uniform(long sequence, long i) {
        long z = sequence + i + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-23 - 1;
    }

    /** The first numbers of a name's sequence. */
    float[] uniform(String name, int count) {
        long sequence = sequence(name);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) uniform(sequence, i);
        }
        return values;
    }

    /**
     * The flat vector of a network: weights uniform with variance 2 / fan-in, norms' scales and running variances about 1, biases
     * and running means about 0.
     *
     * @param prefix what the network's names have in front of the reference's
     */
    float[] parameters(Network network, String prefix) {
        float[] flat = new float[NetworkLayout.of(network).size()];
        for (Segment segment : NetworkLayout.of(network).segments()) {
            Tensor tensor = tensor(network, segment.name());
            String name =
                    segment.name().startsWith(prefix) ? segment.name().substring(prefix.length()) : segment.name();
            long sequence = sequence(name);
            double centre = centre(tensor);
            double radius = radius(tensor);
            int size = segment.size();
            for (int i = 0; i < size; i++) {
                flat[segment.begin() + i] = (float) (centre + radius * uniform(sequence, i));
            }
        }
        return flat;
    }

    private static double centre(Tensor tensor) {
        return switch (tensor.role()) {
            case NORM_SCALE, RUNNING_VARIANCE -> 1;
            case CONVOLUTION_WEIGHT, DENSE_WEIGHT, BIAS, NORM_SHIFT, RUNNING_MEAN -> 0;
        };
    }

    private static double radius(Tensor tensor) {
        return switch (tensor.role()) {
            case CONVOLUTION_WEIGHT, DENSE_WEIGHT -> Math.sqrt(6.0 / tensor.fanIn());
            case RUNNING_VARIANCE -> 0.5;
            case BIAS, NORM_SCALE, NORM_SHIFT, RUNNING_MEAN -> 0.1;
        };
    }

    private static Tensor tensor(Network network, String name) {
        return network.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
