package convoy.jobs.retrain.statistics;

import convoy.records.BadInputException;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Are two samples drawn from one distribution (Pearson's chi-squared test of homogeneity, without a correction)? Bins that are empty in
 * both are left out.
 *
 * @param chiSquared the statistic
 * @param degreesOfFreedom bins that are not empty, less one
 * @param p of so large a statistic or a larger one
 */
public record HomogeneityTest(double chiSquared, int degreesOfFreedom, double p) {
    /**
     * {@return the test; empty if one sample is, or all is in one bin, so that nothing can be told}
     *
     * @param one counts of each bin, 0 or more
     * @param other likewise
     * @throws BadInputException if they have not as many bins
     */
    public static Optional<HomogeneityTest> of(double[] one, double[] other) {
        StabilityIndex.requireAlike(one, other);
        double ones = sum(one);
        double others = sum(other);
        double all = ones + others;
        double statistic = 0;
        int bins = 0;
        for (int i = 0; i < one.length; i++) {
            double both = one[i] + other[i];
            if (both > 0) {
                bins++;
                statistic += square(one[i], both * ones / all) + square(other[i], both * others / all);
            }
        }
        if (bins < 2 || ones <= 0 || others <= 0) {
            return Optional.empty();
        }
        double p = ChiSquaredDistribution.of(bins - 1.0).survivalProbability(statistic);
        return Optional.of(new HomogeneityTest(statistic, bins - 1, p));
    }

    private static double square(double seen, double expected) {
        return (seen - expected) * (seen - expected) / expected;
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }
}
