package convoy.jobs.retrain.statistics;

import convoy.jobs.study.statistics.Interval;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The interval of the difference of two accuracies on the same rows, by Tango's score test (1998, "Equivalence test and confidence
 * interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17): those differences that the score
 * test does not reject. At a difference of 0 that test is McNemar's without exactness; Fagerland, Lydersen and Laake (2014, Statistics in
 * Medicine 33) find its coverage good from small samples on. It is there to show how large a difference may be. It decides nothing.
 */
public final class ScoreInterval {
    /** Halvings after which two neighbouring numbers are left. */
    private static final int HALVINGS = 200;

    private ScoreInterval() {}

    /**
     * {@return the interval of the challenger's lead, within [−1, 1]}
     *
     * @param counts of one row or more
     * @param confidence in (0, 1), 0.95
     * @throws BadInputException if there are no rows
     */
    public static Interval of(PairedCounts counts, double confidence) {
        if (counts.rows() == 0) {
            throw new BadInputException(Refusal.of("rows", 0).because("< 1").instead("compare on one row or more"));
        }
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
        return new Interval(end(counts, z, -1), end(counts, -z, 1));
    }

    /** The difference between that seen and an outermost one at which the score is {@code wanted}: it falls with the difference. */
    private static double end(PairedCounts counts, double wanted, double outermost) {
        double inside = counts.lead();
        double outside = outermost;
        if (inside == outside) {
            return outside;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (inside + outside) / 2;
            if (Math.abs(score(counts, middle)) > Math.abs(wanted)) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        return (inside + outside) / 2;
    }

    /** (b − c − nΔ) over its standard deviation if Δ is the difference, with the most likely probabilities then. */
    private static double score(PairedCounts counts, double difference) {
        double n = counts.rows();
        double b = counts.challenger();
        double c = counts.champion();
        double spread = difference * (1 - difference);
        double linear = -b - c + (2 * n - b + c) * difference;
        double constant = -c * spread;
        double root = Math.sqrt(Math.max(0, linear * linear - 8 * n * constant));
        // Of the two forms of the larger root the one without cancellation.
        double loses = linear <= 0 ? (root - linear) / (4 * n) : -2 * constant / (root + linear);
        double variance = n * (2 * loses + spread);
        double distance = b - c - n * difference;
        return variance > 0 ? distance / Math.sqrt(variance) : Math.signum(distance) * Double.POSITIVE_INFINITY;
    }
}
