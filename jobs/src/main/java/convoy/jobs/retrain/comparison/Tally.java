package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * How champion and challenger answered the held-out rows, by class.
 *
 * @param classes names, in the order of the labels
 * @param counts of the rows of each class
 */
public record Tally(List<String> classes, List<PairedCounts> counts) {
    public Tally {
        classes = List.copyOf(classes);
        counts = List.copyOf(counts);
        if (classes.size() != counts.size()) {
            throw new IllegalArgumentException(Counts.plain(counts.size(), "count") + " of classes " + classes);
        }
    }

    /**
     * Counts answers, none of which is kept.
     *
     * @param classes names, in the order of the labels
     * @param answers one or more, each of another row
     * @return the counts
     * @throws BadInputException if there are none, or a label is of no class
     */
    public static Tally of(List<String> classes, Iterator<RowAnswer> answers) {
        if (!answers.hasNext()) {
            throw new BadInputException(
                    "there is no held-out row to compare champion and challenger on: hold out some");
        }
        PairedCounts[] counts = new PairedCounts[classes.size()];
        Arrays.fill(counts, PairedCounts.NONE);
        while (answers.hasNext()) {
            RowAnswer answer = answers.next();
            int label = answer.label();
            if (label < 0 || label >= classes.size()) {
                throw new BadInputException("held-out row with id = " + answer.id() + " has label = " + label
                        + ", the classes are " + classes.size() + ": import it again with the champion's classes");
            }
            counts[label] = counts[label].plus(one(answer.challenger() == label, answer.champion() == label));
        }
        return new Tally(classes, List.of(counts));
    }

    private static PairedCounts one(boolean challenger, boolean champion) {
        return new PairedCounts(
                challenger && champion ? 1 : 0,
                challenger && !champion ? 1 : 0,
                champion && !challenger ? 1 : 0,
                !challenger && !champion ? 1 : 0);
    }

    /** {@return the counts of all rows} */
    public PairedCounts all() {
        return counts.stream().reduce(PairedCounts.NONE, PairedCounts::plus);
    }
}
