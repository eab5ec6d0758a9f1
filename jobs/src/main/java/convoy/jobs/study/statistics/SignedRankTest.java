package convoy.jobs.study.statistics;

import convoy.jobs.study.statistics.distribution.SignedRanks;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.statistics.ranking.NaturalRanking;

/**
 * Wilcoxon's signed-rank test, exact and two-sided: do the differences lie around 0, if they are symmetric (Wilcoxon 1945)? Differences of
 * zero are left out, as Wilcoxon did and SciPy does unless told otherwise; tied ones share their mean rank, and p is exact then too:
 * every pattern of signs is counted. There is no approximation for any number of pairs.
 *
 * @param positive the sum of the ranks of positive differences
 * @param negative the sum of the others
 * @param ranked how many differences are not zero
 * @param tied whether some of them are equal but for the sign
 * @param p in [0, 1]
 */
public record SignedRankTest(double positive, double negative, int ranked, boolean tied, double p) {
    /** The exact count takes a second at about so many. */
    private static final int MOST = 1000;

    /**
     * Of paired differences. Where all are zero, or there are none, p is 1.
     *
     * @param tolerance differences up to this are zero, and those that differ by no more are tied
     * @throws BadInputException if a difference is not finite, or there are more than 1,000
     */
    static SignedRankTest of(double[] differences, double tolerance) {
        Summary.requireFinite("differences", differences);
        if (differences.length > MOST) {
            throw new BadInputException(Refusal.of("differences", differences.length)
                    .because("> " + MOST)
                    .instead("compare fewer seeds"));
        }
        double[] nonzero = Arrays.stream(differences)
                .filter(difference -> Math.abs(difference) > tolerance)
                .toArray();
        if (nonzero.length == 0) {
            return new SignedRankTest(0, 0, 0, false, 1);
        }
        double[] ranks = new NaturalRanking().apply(snapped(nonzero, tolerance));
        int[] doubled = Arrays.stream(ranks)
                .mapToInt(rank -> (int) Math.round(2 * rank))
                .toArray();
        int positive = IntStream.range(0, nonzero.length)
                .filter(i -> nonzero[i] > 0)
                .map(i -> doubled[i])
                .sum();
        int all = Arrays.stream(doubled).sum();
        boolean tied = Arrays.stream(doubled).distinct().count() < doubled.length;
        return new SignedRankTest(
                positive / 2.0,
                (all - positive) / 2.0,
                nonzero.length,
                tied,
                SignedRanks.ofDoubled(doubled).twoSided(positive));
    }

    /** Sizes in which those that are neighbours by no more than the tolerance are the same number. */
    private static double[] snapped(double[] differences, double tolerance) {
        double[] sizes = Arrays.stream(differences).map(Math::abs).toArray();
        int[] order = IntStream.range(0, sizes.length)
                .boxed()
                .sorted((a, b) -> Double.compare(sizes[a], sizes[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] snapped = sizes.clone();
        for (int i = 1; i < order.length; i++) {
            if (sizes[order[i]] - sizes[order[i - 1]] <= tolerance) {
                snapped[order[i]] = snapped[order[i - 1]];
            }
        }
        return snapped;
    }
}
