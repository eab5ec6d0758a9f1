package convoy.jobs.study.statistics.distribution;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The exact distribution of the sum of positive ranks where each rank has either sign with probability one half, ties or not. Ranks are
 * doubled, so that the mean rank of a tie is an integer. Up to 50 ranks every probability is a number of double precision, and exact.
 */
public final class SignedRanks {
    /** The probability of each doubled sum; it is the same read from both ends. */
    private final double[] probabilities;

    private SignedRanks(double[] probabilities) {
        this.probabilities = probabilities;
    }

    /**
     * {@return the distribution for the ranks 1 to n}
     *
     * @param n 0 or more
     */
    public static SignedRanks of(int n) {
        return ofDoubled(IntStream.rangeClosed(1, n).map(rank -> 2 * rank).toArray());
    }

    /**
     * {@return the distribution for ranks that are given times two} The work is their number times their sum.
     *
     * @param ranks times two, each 1 or more
     */
    public static SignedRanks ofDoubled(int[] ranks) {
        double[] probabilities = new double[Arrays.stream(ranks).sum() + 1];
        probabilities[0] = 1;
        int largest = 0;
        for (int rank : ranks) {
            largest += rank;
            for (int sum = largest; sum >= 0; sum--) {
                double without = probabilities[sum];
                double with = sum >= rank ? probabilities[sum - rank] : 0;
                probabilities[sum] = (without + with) / 2;
            }
        }
        return new SignedRanks(probabilities);
    }

    /**
     * {@return the probability of a sum as far from the middle as this one, or farther, on either side}
     *
     * @param doubledSum sum of positive ranks, times two
     */
    public double twoSided(int doubledSum) {
        int nearer = Math.min(doubledSum, probabilities.length - 1 - doubledSum);
        double tail = 0;
        for (int sum = 0; sum <= nearer; sum++) {
            tail += probabilities[sum];
        }
        return Math.min(1, 2 * tail);
    }

    /**
     * {@return the largest doubled sum whose two-sided probability is at most {@code level}; −1 if there is none}
     *
     * @param level in (0, 1)
     */
    public int critical(double level) {
        double tail = 0;
        for (int sum = 0; sum <= probabilities.length / 2; sum++) {
            tail += probabilities[sum];
            if (2 * tail > level) {
                return sum - 1;
            }
        }
        return probabilities.length / 2;
    }
}
