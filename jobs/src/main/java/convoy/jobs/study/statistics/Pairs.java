package convoy.jobs.study.statistics;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Two variants with the seeds that ended for both. What one seed makes easy or hard is then in both halves, and falls out of the
 * difference.
 *
 * @param variant the first one
 * @param baseline the second one
 * @param bySeed the pairs; a seed of which a half is missing is in none
 * @param planned how many seeds one or the other was begun with
 */
public record Pairs(Scores variant, Scores baseline, SortedMap<Long, Pair> bySeed, int planned) {
    /** Differences smaller than so many units in the last place of the largest score are rounding. */
    private static final double ROUNDING = 4;

    /**
     * The scores of one seed.
     *
     * @param variant the first variant's
     * @param baseline the second one's
     */
    public record Pair(double variant, double baseline) {}

    public Pairs {
        bySeed = Collections.unmodifiableSortedMap(new TreeMap<>(bySeed));
    }

    /** By their seeds. */
    static Pairs of(Scores variant, Scores baseline) {
        SortedMap<Long, Pair> both = new TreeMap<>();
        variant.bySeed().forEach((seed, score) -> {
            if (baseline.bySeed().containsKey(seed)) {
                both.put(seed, new Pair(score, baseline.bySeed().get(seed)));
            }
        });
        SortedSet<Long> planned = new TreeSet<>(variant.seeds());
        planned.addAll(baseline.seeds());
        return new Pairs(variant, baseline, both, planned.size());
    }

    /** {@return how many pairs there are} */
    public int size() {
        return bySeed.size();
    }

    /** {@return the first variant's score less the second one's, in the order of seeds} */
    public double[] differences() {
        return bySeed.values().stream()
                .mapToDouble(pair -> pair.variant() - pair.baseline())
                .toArray();
    }

    /**
     * {@return what two differences may differ by and be a tie} 0.3 − 0.2 and 0.2 − 0.1 are not the same number of double precision, and a
     * rank is not to hang on that.
     */
    public double tolerance() {
        double largest = bySeed.values().stream()
                .mapToDouble(pair -> Math.max(Math.abs(pair.variant()), Math.abs(pair.baseline())))
                .max()
                .orElse(0);
        return ROUNDING * Math.ulp(largest);
    }
}
