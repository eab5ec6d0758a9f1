package convoy.jobs.study.statistics;

import convoy.jobs.study.statistics.distribution.SignedRanks;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The power of the signed-rank test for normal differences, for which there is no formula: 20,000 samples are drawn and tested. The draws
 * are the same for every effect, so that power rises with it; its standard error is 0.3 % at a power of 0.8, and 0.4 % at most.
 */
final class SignedRankPower {
    private static final int SAMPLES = 20_000;
    private static final long SEED = 1945;

    private SignedRankPower() {}

    static double power(int pairs, double effect, double level) {
        SignedRanks none = SignedRanks.of(pairs);
        int critical = none.critical(level);
        int all = pairs * (pairs + 1);
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
        ContinuousDistribution.Sampler normal = NormalDistribution.of(0, 1).createSampler(random);
        double[] sample = new double[pairs];
        int rejected = 0;
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < pairs; j++) {
                sample[j] = normal.sample() + effect;
            }
            int positive = 2 * positiveRanks(sample);
            if (Math.min(positive, all - positive) <= critical) {
                rejected++;
            }
        }
        return (double) rejected / SAMPLES;
    }

    /** Tukey: the sum of positive ranks is the number of pairs i ≤ j whose mean is above 0. The sample is sorted by it. */
    private static int positiveRanks(double[] sample) {
        Arrays.sort(sample);
        int sum = 0;
        int low = 0;
        for (int high = sample.length - 1; high >= 0; high--) {
            // With a smaller partner more of the lower ones are out of reach.
            while (low < high && sample[low] + sample[high] <= 0) {
                low++;
            }
            sum += Math.max(0, high - low) + (sample[high] > 0 ? 1 : 0);
        }
        return sum;
    }
}
