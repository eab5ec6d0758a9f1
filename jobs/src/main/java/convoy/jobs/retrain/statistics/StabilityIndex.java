package convoy.jobs.retrain.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * How far two distributions over the same bins are apart: the population stability index, Σ (p − q) ln(p / q), which Siddiqi (2006, Credit
 * Risk Scorecards) made usual with limits of 0.1 and 0.25. It is Jeffreys' divergence (1946; Kullback and Leibler 1951): 0 for equal
 * distributions, and the same in both directions. Of an empty bin the logarithm has no value: every bin of both gets half a count more,
 * which is Jeffreys' prior of a multinomial, and moves large counts by nothing that is seen.
 *
 * @param value the index, 0 or more
 * @param parts of each bin, which add up to it
 */
public record StabilityIndex(double value, List<Double> parts) {
    private static final double PRIOR = 0.5;

    public StabilityIndex {
        parts = List.copyOf(parts);
    }

    /**
     * {@return the index of two lists of counts}
     *
     * @param one counts of each bin, 0 or more
     * @param other likewise
     * @throws BadInputException if they have not as many bins
     */
    public static StabilityIndex of(double[] one, double[] other) {
        requireAlike(one, other);
        double ones = total(one);
        double others = total(other);
        List<Double> parts = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double p = (one[i] + PRIOR) / ones;
            double q = (other[i] + PRIOR) / others;
            parts.add((p - q) * Math.log(p / q));
            sum += parts.get(i);
        }
        return new StabilityIndex(sum, parts);
    }

    /** {@return the bin that has the largest part of it, from 0; of equal ones the first} */
    public int largest() {
        int largest = 0;
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i) > parts.get(largest)) {
                largest = i;
            }
        }
        return largest;
    }

    private static double total(double[] counts) {
        double total = PRIOR * counts.length;
        for (double count : counts) {
            total += count;
        }
        return total;
    }

    static void requireAlike(double[] one, double[] other) {
        if (one.length != other.length) {
            throw new BadInputException(Refusal.of("bins", one.length)
                    .because("and the other has " + other.length)
                    .instead("count both in the same bins"));
        }
    }
}
