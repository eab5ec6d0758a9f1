package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;

/**
 * A class on which the challenger is behind by more than the limit.
 *
 * @param name of the class
 * @param counts of its rows
 * @param p of its being worse, after Holm's correction over the classes
 * @param classes how many were corrected together
 * @param limit in percentage points
 */
public record ClassChange(String name, PairedCounts counts, double p, int classes, double limit) {
    /** In percentage points, above 0. */
    double loss() {
        return -Points.of(counts.lead());
    }

    /** "cat is worse by 4.2 points, with a limit of 1 (60 rows …)". */
    String text(double level) {
        return name + " is worse by " + Points.text(loss(), limit) + ", with a limit of " + Figures.digits(limit, 6)
                + " (" + Counts.of(counts.champion(), "row") + (counts.champion() == 1 ? " is" : " are")
                + " right with the champion alone and " + counts.challenger() + " with the challenger alone, "
                + Figures.p(p, level)
                + (classes == 1
                        ? ")"
                        : " after Holm's correction over " + Counts.plain(classes, "class", "classes") + ")");
    }
}
