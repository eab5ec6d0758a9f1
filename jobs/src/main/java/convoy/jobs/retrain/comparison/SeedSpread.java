package convoy.jobs.retrain.comparison;

import convoy.jobs.study.statistics.Summary;
import convoy.records.Refusal;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How far models of one recipe and the same data are apart, whose seeds alone differ, on the same held-out rows.
 *
 * @param seeds how many models, 2 or more
 * @param deviation standard deviation of their accuracies, by n − 1, in percentage points
 */
public record SeedSpread(int seeds, double deviation) {
    private static final double POINTS = 100;

    public SeedSpread {
        Refusal.requireAtLeast("seeds", seeds, 2, "one seed shows no spread");
    }

    /**
     * {@return the spread of accuracies; empty for fewer than two, which show none}
     *
     * @param accuracies of each seed's model, in [0, 1]
     */
    public static Optional<SeedSpread> of(List<Double> accuracies) {
        double[] sample = accuracies.stream().mapToDouble(x -> POINTS * x).toArray();
        if (Summary.interval(sample).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new SeedSpread(sample.length, StandardDeviation.of(sample).getAsDouble()));
    }

    /**
     * {@return the lead, in percentage points, that one of two further seeds has over the other one with that probability at most} It is
     * √2 s t, with Student's t of n − 1 degrees of freedom: the difference of two further values has twice their variance.
     *
     * @param level the probability, in (0, 0.5)
     */
    public double lead(double level) {
        return Math.sqrt(2) * deviation * TDistribution.of(seeds - 1.0).inverseSurvivalProbability(level);
    }
}
