package convoy.jobs.study.statistics;

import java.util.SortedMap;
import java.util.TreeMap;

/** Published data, and what SciPy and R say of them. The scripts that made the files lie beside them. */
public final class Published {
    static final PublishedFigures DATA = new PublishedFigures(Published.class, "published");
    public static final PublishedFigures SCIPY = new PublishedFigures(Published.class, "scipy");
    public static final PublishedFigures R = new PublishedFigures(Published.class, "r");

    private Published() {}

    /** The two columns of paired data, with the seeds 1, 2, … */
    static Pairs pairs(String a, String b) {
        return Pairs.of(scores(a), scores(b));
    }

    static Scores scores(String key) {
        return scores(key, DATA.get(key));
    }

    static Scores scores(String variant, double... values) {
        SortedMap<Long, Double> bySeed = new TreeMap<>();
        for (double value : values) {
            bySeed.put(bySeed.size() + 1L, value);
        }
        return Scores.of(variant, bySeed);
    }
}
