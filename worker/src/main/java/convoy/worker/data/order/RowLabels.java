package convoy.worker.data.order;

import convoy.records.text.Counts;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The class of every row of a data set: four bytes a row.
 *
 * @param classes how many there are
 * @param labels of the rows in stored order, each in {@code [0, classes)}
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is defined below.
public record RowLabels(int classes, int[] labels) {
    /** The most rows whose labels are held in memory: 256 MiB of them. */
    public static final int MOST_ROWS = 1 << 26;

    public RowLabels {
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("label = " + label + ", outside [0, " + classes + ")");
            }
        }
    }

    /** {@return the number of rows of each class} */
    public int[] counts() {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /**
     * {@return the labels of some of the rows, in the same order}
     *
     * @param rows tells by its place in stored order whether a row is wanted
     */
    public RowLabels only(IntPredicate rows) {
        return new RowLabels(
                classes,
                IntStream.range(0, labels.length)
                        .filter(rows)
                        .map(row -> labels[row])
                        .toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowLabels that && classes == that.classes && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return 31 * classes + Arrays.hashCode(labels);
    }

    @Override
    public String toString() {
        return Counts.plain(labels.length, "row") + " of " + Counts.plain(classes, "class", "classes");
    }
}
