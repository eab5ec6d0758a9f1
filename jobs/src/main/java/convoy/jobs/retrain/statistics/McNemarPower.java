package convoy.jobs.retrain.statistics;

import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * How often the exact test finds a challenger better that is: the test's power over all numbers of rows that may be answered differently,
 * which are binomial themselves.
 *
 * @param rows that are compared on
 * @param level of the test
 */
public record McNemarPower(int rows, double level) {
    /** Outside of so many standard deviations lies nothing that counts. */
    private static final double REACH = 8;

    private static final int HALVINGS = 40;

    /**
     * {@return the probability of p at most the level}
     *
     * @param wins the probability that the challenger alone gets a row right
     * @param loses the probability that the champion alone does
     */
    public double of(double wins, double loses) {
        double differs = wins + loses;
        if (differs <= 0) {
            return 0;
        }
        BinomialDistribution discordant = BinomialDistribution.of(rows, Math.min(1, differs));
        double deviation = Math.sqrt(rows * differs * Math.max(0, 1 - differs));
        int first = (int) Math.max(0, Math.floor(rows * differs - REACH * deviation - 1));
        int last = (int) Math.min(rows, Math.ceil(rows * differs + REACH * deviation + 1));
        double power = 0;
        for (int n = Math.max(1, first); n <= last; n++) {
            int critical = critical(n);
            if (critical <= n) {
                power += discordant.probability(n)
                        * BinomialDistribution.of(n, wins / differs).survivalProbability(critical - 1);
            }
        }
        return Math.min(1, power);
    }

    /** The fewest rows for the challenger of so many at which the test rejects; one more than there are if it never does. */
    private int critical(int discordant) {
        BinomialDistribution fair = BinomialDistribution.of(discordant, 0.5);
        int critical = fair.inverseSurvivalProbability(level) + 1;
        // The inverse gives the least x with P(X > x) at most the level: so P(X >= x + 1) is.
        while (critical <= discordant && fair.survivalProbability(critical - 1) > level) {
            critical++;
        }
        return critical;
    }

    /**
     * {@return the smallest lead in accuracy that is found with a probability, if as many rows are answered differently; empty if none is}
     *
     * @param differs the share of rows that are answered differently, in [0, 1]
     * @param probability of finding it, 0.8
     */
    public OptionalDouble detectable(double differs, double probability) {
        if (of(differs, 0) < probability) {
            return OptionalDouble.empty();
        }
        double missed = 0;
        double found = differs;
        for (int i = 0; i < HALVINGS; i++) {
            double lead = (missed + found) / 2;
            if (of((differs + lead) / 2, (differs - lead) / 2) >= probability) {
                found = lead;
            } else {
                missed = lead;
            }
        }
        return OptionalDouble.of(found);
    }
}
