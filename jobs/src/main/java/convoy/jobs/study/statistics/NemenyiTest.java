package convoy.jobs.study.statistics;

import convoy.jobs.study.statistics.distribution.StudentizedRange;

/**
 * Which variants differ, once Friedman's test says that some do (Nemenyi 1963; Demšar, JMLR 7, 2006, section 3.2.2): those whose mean
 * ranks lie a critical distance or more apart. It is corrected for all pairs already.
 *
 * @param variants k, 2 or more
 * @param dataSets N
 */
public record NemenyiTest(int variants, int dataSets) {
    /**
     * {@return q / √2 · √(k (k + 1) / (6 N)), q being the studentized range that is exceeded with probability {@code level}}
     *
     * @param level in (0, 1)
     */
    public double criticalDistance(double level) {
        PairedTest.requireLevel(level);
        return new StudentizedRange(variants).upperQuantile(level) / Math.sqrt(2) * scale();
    }

    /** The probability that some two of k equal variants lie so far apart, or farther. */
    double p(double rank, double otherRank) {
        double range = Math.abs(rank - otherRank) / scale() * Math.sqrt(2);
        return Math.max(0, 1 - new StudentizedRange(variants).cumulativeProbability(range));
    }

    private double scale() {
        return Math.sqrt(variants * (variants + 1.0) / (6.0 * dataSets));
    }
}
