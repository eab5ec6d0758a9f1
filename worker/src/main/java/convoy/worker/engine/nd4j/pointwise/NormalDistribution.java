package convoy.worker.engine.nd4j.pointwise;

/** The standard normal distribution, as exact as floats are. */
final class NormalDistribution {
    private static final double ROOT_OF_TWO = Math.sqrt(2);
    private static final double PEAK = 1 / Math.sqrt(2 * Math.PI);

    /** Press et al. 1992, "Numerical Recipes in C", section 6.2: {@code erfc} with a relative error of 1.2e-7 at most, everywhere. */
    private static final double[] ERFC = {
        -1.26551223,
        1.00002368,
        0.37409196,
        0.09678418,
        -0.18628806,
        0.27886807,
        -1.13520398,
        1.48851587,
        -0.82215223,
        0.17087277
    };

    private NormalDistribution() {}

    /** The probability of what is below x. */
    static double below(double x) {
        double z = Math.abs(x) / ROOT_OF_TWO;
        double t = 1 / (1 + 0.5 * z);
        double exponent = ERFC[ERFC.length - 1];
        for (int i = ERFC.length - 2; i >= 0; i--) {
            exponent = exponent * t + ERFC[i];
        }
        double tail = 0.5 * t * Math.exp(exponent - z * z);
        return x < 0 ? tail : 1 - tail;
    }

    static double density(double x) {
        return PEAK * Math.exp(-0.5 * x * x);
    }
}
