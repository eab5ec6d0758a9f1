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

    private static final int HALVINGS = 30;

    /**
     * {@return the probability of p at most the level}
     *
     * @param wins the probability that the challenger alone gets a row right
     * @param loses the probability that the champion alone does
     */
    public double of(double wins, double loses) {
        return wins + loses <= 0 ? 0 : new Discordant(wins + loses).power(wins / (wins + loses));
    }

    /** All numbers of rows that may be answered differently, with their probabilities and what is asked of each. */
    private final class Discordant {
        private final int first;
        private final double[] probabilities;
        private final int[] critical;

        Discordant(double differs) {
            BinomialDistribution discordant = BinomialDistribution.of(rows, Math.min(1, differs));
            double deviation = Math.sqrt(rows * differs * Math.max(0, 1 - differs));
            first = (int) Math.max(1, Math.floor(rows * differs - REACH * deviation - 1));
            int last = (int) Math.min(rows, Math.ceil(rows * differs + REACH * deviation + 1));
            probabilities = new double[Math.max(0, last - first + 1)];
            critical = new int[probabilities.length];
            for (int i = 0; i < critical.length; i++) {
                probabilities[i] = discordant.probability(first + i);
                critical[i] = critical(first + i);
            }
        }

        /** If each of those rows is the challenger's with that probability. */
        double power(double wins) {
            double power = 0;
            for (int i = 0; i < critical.length; i++) {
                if (critical[i] <= first + i) {
                    power += probabilities[i]
                            * BinomialDistribution.of(first + i, Math.min(1, wins))
                                    .survivalProbability(critical[i] - 1);
                }
            }
            return Math.min(1, power);
        }
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
        if (differs <= 0) {
            return OptionalDouble.empty();
        }
        Discordant discordant = new Discordant(differs);
        if (discordant.power(1) < probability) {
            return OptionalDouble.empty();
        }
        double missed = 0;
        double found = differs;
        for (int i = 0; i < HALVINGS; i++) {
            double lead = (missed + found) / 2;
            if (discordant.power((1 + lead / differs) / 2) >= probability) {
                found = lead;
            } else {
                missed = lead;
            }
        }
        return OptionalDouble.of(found);
    }
}
