package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.statistics.McNemarTest;
import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures that a verdict rests on.
 *
 * @param counts of all held-out rows
 * @param test of the difference
 * @param interval of the challenger's lead, 95 %, in [−1, 1]
 * @param level of the tests
 * @param watched classes that lost more than the limit, which chance may explain
 */
public record Contest(
        PairedCounts counts, McNemarTest test, Interval interval, double level, List<ClassChange> watched) {
    public Contest {
        watched = List.copyOf(watched);
    }

    /** "The challenger gets 93.10 % of 10,000 held-out rows right and the champion 92.40 %: a lead of …". */
    String sentence() {
        double lead = Points.of(counts.lead());
        return "The challenger gets " + Points.percent(counts.challengerAccuracy()) + " of "
                + Counts.of(counts.rows(), "held-out row") + " right and the champion "
                + Points.percent(counts.championAccuracy()) + ": a "
                + (lead < 0 ? "loss of " + Points.text(-lead, 0) : "lead of " + Points.text(lead, 0))
                + " (95 % interval " + end(interval.low()) + " to " + end(interval.high()) + "; "
                + Counts.of(counts.challenger(), "row") + (counts.challenger() == 1 ? " is" : " are")
                + " right with the challenger alone and " + String.format(Locale.ROOT, "%,d", counts.champion())
                + " with the champion alone, " + Figures.p(test.better(), level)
                + " by McNemar's exact test, one-sided).";
    }

    /** {@return the figures by names, in the order in which they are told; accuracies and differences are shares of 1} */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) counts.rows());
        figures.put("challenger-accuracy", counts.challengerAccuracy());
        figures.put("champion-accuracy", counts.championAccuracy());
        figures.put("lead", counts.lead());
        figures.put("lead-low", interval.low());
        figures.put("lead-high", interval.high());
        figures.put("challenger-alone", (double) counts.challenger());
        figures.put("champion-alone", (double) counts.champion());
        figures.put("p", test.better());
        figures.put("p-two-sided", test.twoSided());
        return Collections.unmodifiableMap(figures);
    }

    private static String end(double share) {
        return Figures.digits(Points.of(share), 2);
    }

    /** A sentence for each class that is to be watched. */
    List<String> notes() {
        return watched.stream()
                .map(change -> "Class " + change.text(level) + ", which is not told from chance.")
                .toList();
    }
}
