package convoy.jobs.retrain.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Do two models get equally many of the same rows right (McNemar 1947, "Note on the sampling error of the difference between correlated
 * proportions or percentages")? Exact: where they are equally good, each row that one alone got right is either's with probability 1/2,
 * so that the challenger's are binomial. No approximation by chi-squared is used, for few rows or many.
 *
 * @param better p of the challenger being better: of so many rows for it or more, if both are equally good
 * @param worse p of its being worse: of so many or fewer
 * @param twoSided p of either, twice the smaller one, at most 1
 */
public record McNemarTest(double better, double worse, double twoSided) {
    /**
     * {@return the test of counts}
     *
     * @param counts of the same rows
     * @throws BadInputException if more than 2³¹ − 1 rows are answered differently
     */
    public static McNemarTest of(PairedCounts counts) {
        if (counts.discordant() > Integer.MAX_VALUE) {
            throw new BadInputException(Refusal.of("rows", counts.discordant())
                    .because("> " + Integer.MAX_VALUE + ", of those that are answered differently")
                    .instead("hold out fewer rows"));
        }
        if (counts.discordant() == 0) {
            return new McNemarTest(1, 1, 1);
        }
        BinomialDistribution fair = BinomialDistribution.of((int) counts.discordant(), 0.5);
        int wins = (int) counts.challenger();
        double better = fair.survivalProbability(wins - 1);
        double worse = fair.cumulativeProbability(wins);
        return new McNemarTest(better, worse, Math.min(1, 2 * Math.min(better, worse)));
    }

    /**
     * {@return the smallest p that the challenger's being better can have}
     *
     * @param discordant rows that are answered differently
     */
    public static double smallestP(long discordant) {
        return Math.pow(2, -(double) discordant);
    }
}
