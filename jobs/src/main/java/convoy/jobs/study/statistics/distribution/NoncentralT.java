package convoy.jobs.study.statistics.distribution;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The distribution of t = (Z + noncentrality) / S, Z normal and S² a chi-squared variable over its degrees of freedom: that of Student's
 * statistic where there is a difference (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, chapter 31).
 *
 * @param degreesOfFreedom above 0
 * @param noncentrality the difference in standard errors
 */
public record NoncentralT(int degreesOfFreedom, double noncentrality) {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    /** Standard deviations beyond which a density adds less than 1e-20. */
    private static final double FAR = 12;

    private static final int PANELS = 40;

    /**
     * {@return P(T ≤ t) to 1e-12: the normal probability of (−∞, t s − noncentrality], over the density of s}
     *
     * @param t any number
     */
    public double cumulativeProbability(double t) {
        ChiSquaredDistribution squares = ChiSquaredDistribution.of(degreesOfFreedom);
        double spread = FAR / Math.sqrt(2.0 * degreesOfFreedom);
        double low = Math.max(0, 1 - spread);
        double high = 1 + spread;
        // The normal probability goes from 0 to 1 about there, in a stretch of this width: for a large t far faster
        // than the density.
        double middle = t == 0 ? low : noncentrality / t;
        double width = t == 0 ? 0 : FAR / Math.abs(t);
        double from = Math.min(high, Math.max(low, middle - width));
        double to = Math.min(high, Math.max(low, middle + width));
        return integral(t, squares, low, from) + integral(t, squares, from, to) + integral(t, squares, to, high);
    }

    private double integral(double t, ChiSquaredDistribution squares, double low, double high) {
        return Quadrature.integrate(
                s -> NORMAL.cumulativeProbability(t * s - noncentrality)
                        * 2
                        * degreesOfFreedom
                        * s
                        * squares.density(degreesOfFreedom * s * s),
                low,
                high,
                PANELS);
    }
}
