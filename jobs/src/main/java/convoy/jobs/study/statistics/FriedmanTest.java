package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.ranking.NaturalRanking;

/**
 * Do several variants rank alike over several data sets (Friedman 1937)? The statistic is corrected for ties, as R's and SciPy's; p is by
 * Iman and Davenport's F (1980), which Demšar (JMLR 7, 2006, section 3.2.2) recommends, since that of chi-squared is too large.
 *
 * @param dataSets how many, N
 * @param ranks the mean rank of each variant; 1 is the best
 * @param chiSquared k − 1 degrees of freedom; 0 if all is tied
 * @param chiSquaredP by it
 * @param f k − 1 and (k − 1)(N − 1) degrees of freedom; infinite if all data sets agree
 * @param p by f; if all data sets agree it is that of such an agreement, 1 / k!^(N − 1) without ties
 */
public record FriedmanTest(
        int dataSets, List<Double> ranks, double chiSquared, double chiSquaredP, double f, double p) {
    /** Less than this is rounding. */
    private static final double NOTHING = 1e-12;

    public FriedmanTest {
        ranks = List.copyOf(ranks);
    }

    /**
     * {@return the test of a table}
     *
     * @param scores for each data set the score of each variant, which is finite; higher is better
     * @throws BadInputException if there are less than two data sets or variants, or a row is short or holds no number
     */
    public static FriedmanTest of(List<List<Double>> scores) {
        int rows = scores.size();
        int variants = rows == 0 ? 0 : scores.get(0).size();
        Refusal.requireAtLeast("data-sets", rows, 2, "give two data sets or more");
        Refusal.requireAtLeast("variants", variants, 2, "give two variants or more");
        double[] sums = new double[variants];
        double ties = 0;
        boolean agree = true;
        double[] first = new double[0];
        for (int row = 0; row < rows; row++) {
            double[] ranks = ranks(row, scores.get(row), variants);
            first = row == 0 ? ranks : first;
            agree &= Arrays.equals(first, ranks);
            for (int variant = 0; variant < variants; variant++) {
                sums[variant] += ranks[variant];
                // A rank r of a tie of t values is there t times: the sum of t² − 1 over them is t³ − t.
                double tied = count(ranks, ranks[variant]);
                ties += tied * tied - 1;
            }
        }
        List<Double> means = new ArrayList<>(
                Arrays.stream(sums).map(sum -> sum / rows).boxed().toList());
        double untied = 1 - ties / (rows * (double) variants * (variants * (double) variants - 1));
        if (untied < NOTHING) {
            return new FriedmanTest(rows, means, 0, 1, 0, 1);
        }
        double spread = 0;
        for (double mean : means) {
            spread += (mean - (variants + 1) / 2.0) * (mean - (variants + 1) / 2.0);
        }
        double chiSquared = 12.0 * rows / (variants * (variants + 1.0)) * spread / untied;
        double chiSquaredP = ChiSquaredDistribution.of(variants - 1.0).survivalProbability(chiSquared);
        if (agree) {
            double orders = orders(first);
            double p = Math.pow(orders, 1.0 - rows);
            return new FriedmanTest(rows, means, chiSquared, chiSquaredP, Double.POSITIVE_INFINITY, p);
        }
        double f = (rows - 1) * chiSquared / (rows * (variants - 1.0) - chiSquared);
        double p =
                FDistribution.of(variants - 1.0, (variants - 1.0) * (rows - 1)).survivalProbability(f);
        return new FriedmanTest(rows, means, chiSquared, chiSquaredP, f, p);
    }

    private static double[] ranks(int row, List<Double> scores, int variants) {
        if (scores.size() != variants) {
            throw new BadInputException(Refusal.of("scores." + row, Counts.plain(scores.size(), "variant"))
                    .because("where the first data set has " + variants)
                    .instead("leave out what was not tried on every data set"));
        }
        double[] lowerIsBetter = scores.stream().mapToDouble(score -> -score).toArray();
        Summary.requireFinite("scores." + row, lowerIsBetter);
        return new NaturalRanking().apply(lowerIsBetter);
    }

    /** In how many orders such ranks can stand: k! over t! for each tie of t. */
    private static double orders(double[] ranks) {
        double orders = 1;
        for (int i = 0; i < ranks.length; i++) {
            double rank = ranks[i];
            long before = IntStream.range(0, i).filter(j -> ranks[j] == rank).count();
            orders *= (i + 1.0) / (before + 1);
        }
        return orders;
    }

    private static double count(double[] ranks, double rank) {
        return Arrays.stream(ranks).filter(other -> other == rank).count();
    }
}
