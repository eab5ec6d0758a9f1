package convoy.jobs.retrain.statistics;

import convoy.jobs.study.statistics.PublishedFigures;

/** Published data, and what SciPy and R say of them. The scripts that made the files lie beside them. */
public final class Published {
    public static final PublishedFigures DATA = new PublishedFigures(Published.class, "published");
    public static final PublishedFigures SCIPY = new PublishedFigures(Published.class, "scipy");
    public static final PublishedFigures R = new PublishedFigures(Published.class, "r");

    private Published() {}

    /** Pairs: both, the challenger alone, the champion alone, neither. */
    public static PairedCounts pairs(String key) {
        double[] counts = DATA.get(key + ".pairs");
        return new PairedCounts((long) counts[0], (long) counts[1], (long) counts[2], (long) counts[3]);
    }
}
