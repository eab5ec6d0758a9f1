package convoy.jobs.study.statistics.distribution;

import java.util.function.DoubleUnaryOperator;

/**
 * Integrals of smooth functions by Gauss and Legendre's rule of 20 points in each of a number of equal panels. With panels no wider than
 * the features of the function the error is that of double precision.
 */
final class Quadrature {
    private static final int POINTS = 20;
    private static final double[] NODES = new double[POINTS];
    private static final double[] WEIGHTS = new double[POINTS];

    static {
        for (int i = 0; i < POINTS; i++) {
            // Newton's method from Tricomi's first guess; it doubles the digits with each round.
            double x = Math.cos(Math.PI * (i + 0.75) / (POINTS + 0.5));
            double slope = 0;
            for (int round = 0; round < 10; round++) {
                double previous = 1;
                double value = x;
                for (int degree = 2; degree <= POINTS; degree++) {
                    double next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree;
                    previous = value;
                    value = next;
                }
                slope = POINTS * (x * value - previous) / (x * x - 1);
                x -= value / slope;
            }
            NODES[i] = x;
            WEIGHTS[i] = 2 / ((1 - x * x) * slope * slope);
        }
    }

    private Quadrature() {}

    /** The integral of a function from {@code low} to {@code high}; 0 if there is nothing between them. */
    static double integrate(DoubleUnaryOperator function, double low, double high, int panels) {
        if (low >= high) {
            return 0;
        }
        double half = (high - low) / panels / 2;
        double sum = 0;
        for (int panel = 0; panel < panels; panel++) {
            double middle = low + (2 * panel + 1) * half;
            for (int i = 0; i < POINTS; i++) {
                sum += WEIGHTS[i] * function.applyAsDouble(middle + half * NODES[i]);
            }
        }
        return sum * half;
    }
}
