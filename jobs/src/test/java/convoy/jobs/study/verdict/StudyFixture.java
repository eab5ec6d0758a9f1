package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.Bootstrap;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.statistics.Scores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Scores of made-up trials, and what is said of them. */
final class StudyFixture {
    static final Bootstrap FEW = new Bootstrap(1, 50);

    private static final Map<Measure, Rules> RULES = new HashMap<>();

    private StudyFixture() {}

    /** Of seeds 1, 2, …; a NaN is a trial that diverged, an infinity one that crashed. */
    static Scores scores(String variant, double... values) {
        SortedMap<Long, Double> ended = new TreeMap<>();
        SortedSet<Long> diverged = new TreeSet<>();
        SortedSet<Long> crashed = new TreeSet<>();
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                diverged.add(i + 1L);
            } else if (Double.isInfinite(values[i])) {
                crashed.add(i + 1L);
            } else {
                ended.put(i + 1L, values[i]);
            }
        }
        return new Scores(variant, ended, diverged, crashed);
    }

    static List<Statement> statements(PairedTest test, Measure measure, Scores... variants) {
        Family family = Family.of(List.of(variants), Family.Choice.WITH_BASELINE, test, 0.05, FEW);
        return RULES.computeIfAbsent(measure, Rules::new).statements(family);
    }

    /** The text of the one comparison. */
    static String text(PairedTest test, Measure measure, Scores variant, Scores baseline) {
        return statements(test, measure, baseline, variant).get(0).text(measure);
    }
}
