package convoy.jobs.study.statistics.distribution;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The range of k independent standard normal variables: the studentized range with infinitely many degrees of freedom, which Nemenyi's
 * test needs (Tukey; Copenhaver and Holland 1988, equation 1.1 without its outer integral).
 *
 * @param groups k, 2 or more
 */
public record StudentizedRange(int groups) {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    /** Beyond it the normal density adds less than 1e-19. */
    private static final double FAR = 9;

    private static final int PANELS = 40;
    private static final int BISECTIONS = 60;

    /**
     * {@return P(range ≤ q) to 1e-12: the largest is at z, and the others lie at most q below it}
     *
     * @param q any number
     */
    public double cumulativeProbability(double q) {
        if (q <= 0) {
            return 0;
        }
        double probability = Quadrature.integrate(
                z -> groups * NORMAL.density(z) * Math.pow(NORMAL.probability(z - q, z), groups - 1.0),
                -FAR,
                FAR,
                PANELS);
        return Math.min(1, probability);
    }

    /**
     * {@return the q that a range is above with that probability}
     *
     * @param probability in (0, 1)
     */
    public double upperQuantile(double probability) {
        double low = 0;
        double high = 1;
        while (1 - cumulativeProbability(high) > probability) {
            high *= 2;
        }
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (1 - cumulativeProbability(middle) > probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
