package convoy.jobs.study.verdict;

/**
 * What a verdict rests on.
 *
 * @param p after the correction
 * @param level the study's
 * @param comparisons that were corrected together
 * @param pairs seeds that ended for both
 */
record Evidence(double p, double level, int comparisons, int pairs) {
    /** "p = 0.012 after Holm's correction over 3 comparisons, 9 seeds". */
    String text() {
        return Figures.p(p, level) + correction() + ", " + Figures.count(pairs, "seed");
    }

    private String correction() {
        return comparisons == 1 ? "" : " after Holm's correction over " + Figures.count(comparisons, "comparison");
    }
}
