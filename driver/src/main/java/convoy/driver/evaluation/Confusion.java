package convoy.driver.evaluation;

import convoy.records.BadInputException;
import convoy.records.StoredFormat;
import convoy.records.text.Counts;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model took the rows of a data set for, class by class. It is kept in the run's directory, a file for each data set:
 *
 * <pre>
 *  {"format": 1,
 *   "step": 237,
 *   "data": "file:/data/shapes/test",
 *   "fingerprint": "sha256:90ab…",
 *   "classes": ["disc", "ring", …],
 *   "counts": [{"label": 0, "guess": 0, "rows": 93}, {"label": 0, "guess": 4, "rows": 2}, …]}
 * </pre>
 *
 * @param step updates applied to the model; -1 where the model does not say
 * @param data URI of the rows
 * @param fingerprint of the data set
 * @param classes names, in the order of the labels
 * @param counts of what occurs, by label and then by guess
 */
public record Confusion(long step, String data, String fingerprint, List<String> classes, List<Count> counts) {
    /** In a run's directory. */
    public static final String FOLDER = "evaluations";

    /** The guess of a model whose scores of a row are no numbers. */
    public static final int NONE = -1;

    private static final StoredFormat<Confusion> FORMAT = new StoredFormat<>(Confusion.class, 1);

    /**
     * Rows of one class that the model took for the same one.
     *
     * @param label index of the class that they are of
     * @param guess of the class that they were taken for; {@link #NONE} if it was none
     * @param rows how many, at least 1
     */
    public record Count(int label, int guess, long rows) {}

    public Confusion {
        classes = List.copyOf(classes);
        counts = List.copyOf(counts);
        for (Count count : counts) {
            if (count.label() < 0
                    || count.label() >= classes.size()
                    || count.guess() < NONE
                    || count.guess() >= classes.size()
                    || count.rows() < 1) {
                throw new BadInputException("counts: label " + count.label() + " taken for " + count.guess() + " in "
                        + Counts.plain(count.rows(), "row") + " is not of "
                        + Counts.plain(classes.size(), "class", "classes"));
            }
        }
    }

    /**
     * {@return counts of several parts of the rows as those of the whole}
     *
     * @param counts of any parts, in any order
     */
    public static List<Count> add(List<Count> counts) {
        Comparator<Count> order = Comparator.comparingInt(Count::label).thenComparingInt(Count::guess);
        Map<Count, Long> sums = new TreeMap<>(order);
        counts.forEach(count -> sums.merge(count, count.rows(), Long::sum));
        return sums.entrySet().stream()
                .map(sum -> new Count(sum.getKey().label(), sum.getKey().guess(), sum.getValue()))
                .toList();
    }

    /** {@return its file, under a run's directory: the same for the same data set} */
    public String file() {
        String digits = fingerprint.substring(fingerprint.indexOf(':') + 1);
        return FOLDER + "/" + digits.substring(0, Math.min(16, digits.length())) + ".json";
    }

    /** {@return it as JSON text} */
    public String toJson() {
        return FORMAT.write(this);
    }

    /**
     * Reads JSON text.
     *
     * @param text what {@link #toJson} made
     * @param where it comes from, for the message
     * @return what it says
     * @throws BadInputException if it is no such text
     */
    public static Confusion fromJson(String text, String where) {
        String remedy = "remove the file and score the run anew with evaluate --keep";
        return FORMAT.read(text, where, remedy, remedy);
    }
}
