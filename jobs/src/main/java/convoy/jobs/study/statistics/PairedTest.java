package convoy.jobs.study.statistics;

import convoy.jobs.study.statistics.distribution.NoncentralT;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.TDistribution;

/** The test that decides whether two variants differ, and what it could find. All of it two-sided. */
public enum PairedTest {
    /** Wilcoxon's: assumes that differences are symmetric, and no shape. */
    SIGNED_RANK("the exact Wilcoxon signed-rank test") {
        @Override
        public double p(Comparison comparison) {
            return comparison.signedRank().p();
        }

        @Override
        public double direction(Comparison comparison) {
            return Math.signum(
                    comparison.signedRank().positive() - comparison.signedRank().negative());
        }

        @Override
        public boolean needsSpread() {
            return false;
        }

        /** All differences on one side: one of 2^n patterns, and its mirror. */
        @Override
        public double smallestP(int pairs) {
            return Math.min(1, Math.scalb(2.0, -pairs));
        }

        /** By simulation of normal differences. */
        @Override
        double powerOf(int pairs, double effect, double level) {
            return SignedRankPower.power(pairs, effect, level);
        }
    },
    /** Student's: assumes that differences are normal. Where their spread is not known there is no test, and p is 1. */
    STUDENT("the paired t test") {
        @Override
        public double p(Comparison comparison) {
            return comparison.student().map(StudentTest::p).orElse(1.0);
        }

        @Override
        public double direction(Comparison comparison) {
            return comparison.student().map(student -> Math.signum(student.t())).orElse(0.0);
        }

        @Override
        public boolean needsSpread() {
            return true;
        }

        /** As small as one likes, from two pairs on. */
        @Override
        public double smallestP(int pairs) {
            return pairs < 2 ? 1 : 0;
        }

        /** By the noncentral t distribution. */
        @Override
        double powerOf(int pairs, double effect, double level) {
            if (pairs < 2) {
                return 0;
            }
            double critical = TDistribution.of(pairs - 1.0).inverseSurvivalProbability(level / 2);
            NoncentralT statistic = new NoncentralT(pairs - 1, effect * Math.sqrt(pairs));
            return 1 - statistic.cumulativeProbability(critical) + statistic.cumulativeProbability(-critical);
        }
    };

    private static final int DOUBLINGS = 20;
    /** To this share of itself an effect is found: far finer than a study's deviation is known. */
    private static final double FINE = 1e-4;

    private static final int MOST = 1000;

    private final String title;

    PairedTest(String title) {
        this.title = title;
    }

    /** {@return what a sentence calls it} */
    public String title() {
        return title;
    }

    /**
     * {@return p, in [0, 1]}
     *
     * @param comparison of two variants
     */
    public abstract double p(Comparison comparison);

    /**
     * {@return 1 if what it tests speaks for the first variant's scores being higher, −1 for the second one's, 0 for neither}
     *
     * @param comparison of two variants
     */
    public abstract double direction(Comparison comparison);

    /** {@return whether it says nothing where all differences are one number} */
    public abstract boolean needsSpread();

    /**
     * {@return what p cannot fall below with so many pairs, whatever the scores}
     *
     * @param pairs how many
     */
    public abstract double smallestP(int pairs);

    abstract double powerOf(int pairs, double effect, double level);

    /**
     * {@return the fewest pairs with which p can fall to {@code level} or below}
     *
     * @param level in (0, 1)
     */
    public int fewestPairs(double level) {
        requireLevel(level);
        int pairs = 1;
        while (smallestP(pairs) > level) {
            pairs++;
        }
        return pairs;
    }

    /**
     * {@return the probability of p ≤ level where the differences are normal}
     *
     * @param pairs 0 or more, 1,000 at most
     * @param effect the mean of the differences over their standard deviation, 0 or more
     * @param level in (0, 1): that of the study over the number of comparisons, if there are several
     */
    public double power(int pairs, double effect, double level) {
        requireLevel(level);
        if (pairs < 0 || pairs > MOST) {
            throw new BadInputException(Refusal.of("pairs", pairs)
                    .because("is not in [0, " + MOST + "]")
                    .instead("give a number of seeds"));
        }
        if (!(effect >= 0 && Double.isFinite(effect))) {
            throw new BadInputException(
                    Refusal.of("effect", effect).because("< 0 or no number").instead("give its size"));
        }
        return smallestP(pairs) > level ? 0 : powerOf(pairs, effect, level);
    }

    /**
     * The smallest effect, in standard deviations of the differences, that is found with that power or a higher one.
     *
     * @param pairs 0 or more, 1,000 at most
     * @param power in (level, 1)
     * @param level in (0, power)
     * @return empty if nothing is ever found with so many pairs
     */
    public OptionalDouble detectable(int pairs, double power, double level) {
        if (!(power > level && power < 1)) {
            throw new BadInputException(Refusal.of("power", power)
                    .because("is not in (" + level + ", 1)")
                    .instead("0.8 is usual"));
        }
        double low = 0;
        double high = 1;
        int doublings = 0;
        while (power(pairs, high, level) < power) {
            if (doublings == DOUBLINGS || smallestP(pairs) > level) {
                return OptionalDouble.empty();
            }
            low = high;
            high *= 2;
            doublings++;
        }
        while (high - low > FINE * high) {
            double middle = (low + high) / 2;
            if (power(pairs, middle, level) < power) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return OptionalDouble.of(high);
    }

    /** @throws BadInputException if a level is not in (0, 1) */
    static void requireLevel(double level) {
        if (!(level > 0 && level < 1)) {
            throw new BadInputException(
                    Refusal.of("level", level).because("is not in (0, 1)").instead("0.05 is usual"));
        }
    }
}
