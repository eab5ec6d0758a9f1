package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.Comparison;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.statistics.Summary;
import java.util.Optional;

/**
 * A difference told from the side of the one that is ahead in the mean.
 *
 * @param by how far, in the measure's unit, 0 or more
 * @param interval of that, 95 %; empty for one pair
 */
record Lead(String ahead, String behind, double by, Optional<Interval> interval) {
    /** Of a comparison with a pair or more. */
    static Lead of(Comparison comparison, Summary difference, Measure measure) {
        // A mean that is nothing but rounding is nobody's lead.
        boolean isNothing = Math.abs(difference.mean()) <= comparison.pairs().tolerance();
        double by = isNothing ? 0 : measure.oriented(difference.mean());
        Optional<Interval> interval = difference
                .interval()
                .map(scores -> new Interval(
                        Math.min(measure.oriented(scores.low()), measure.oriented(scores.high())),
                        Math.max(measure.oriented(scores.low()), measure.oriented(scores.high()))));
        String variant = comparison.pairs().variant().variant();
        String baseline = comparison.pairs().baseline().variant();
        return by >= 0
                ? new Lead(variant, baseline, by, interval)
                : new Lead(baseline, variant, -by, interval.map(Interval::negated));
    }

    /** "95 % interval 0.4 to 2.0"; empty for one pair. */
    String intervalText() {
        Figures figures = Figures.of(this);
        return interval.map(range -> "95 % interval " + figures.text(range.low()) + " to " + figures.text(range.high()))
                .orElse("");
    }

    /** "1.2 points". */
    String byText(Measure measure) {
        return measure.with(Figures.of(this).text(by));
    }
}
