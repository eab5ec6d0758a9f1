package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;

/**
 * How far one gradient is from another, relatively.
 *
 * @param whole norm of the difference by the norm of the other
 * @param worst the same of the tensor that is furthest away; the norm of one that hardly counts is taken for 1e-4 of the whole's
 * @param tensor its name
 */
public record GradientDistance(double whole, double worst, String tensor) {
    private static final double FLOOR = 1e-4;

    /**
     * Compares by the parameters; what follows them in a flat vector is none.
     *
     * @param network that both are of
     * @param actual flat
     * @param expected flat
     * @return how far the first is from the second
     */
    public static GradientDistance of(Network network, float[] actual, float[] expected) {
        int parameters = network.parameterCount();
        double norm = norm(expected, 0, parameters);
        double worst = 0;
        String name = "none";
        int begin = 0;
        for (Tensor tensor : network.parameters()) {
            int end = begin + tensor.size();
            double least = Math.max(norm(expected, begin, end), FLOOR * norm);
            double distance = difference(actual, expected, begin, end) / least;
            // So written that a NaN is the worst of all.
            if (!(distance <= worst)) {
                worst = distance;
                name = tensor.name();
            }
            begin = end;
        }
        return new GradientDistance(difference(actual, expected, 0, parameters) / norm, worst, name);
    }

    private static double norm(float[] values, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }

    private static double difference(float[] actual, float[] expected, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            double difference = (double) actual[i] - expected[i];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}
