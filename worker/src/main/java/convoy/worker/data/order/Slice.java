package convoy.worker.data.order;

import java.util.Arrays;

/**
 * The rows of one micro-batch of one step, in order: where each lies, as (row group, row inside it), and which of its
 * appearances this is.
 *
 * @param rowGroups of each row, the index of its row group in the data set
 * @param rows of each row, its place inside the row group
 * @param passes of each row, how often the run has drawn it before: in a shuffled order that is the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is defined below.
public record Slice(int[] rowGroups, int[] rows, int[] passes) {
    /** {@return the number of examples} */
    public int size() {
        return rows.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slice that
                && Arrays.equals(rowGroups, that.rowGroups)
                && Arrays.equals(rows, that.rows)
                && Arrays.equals(passes, that.passes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(rowGroups) + Arrays.hashCode(rows)) + Arrays.hashCode(passes);
    }

    @Override
    public String toString() {
        return "row groups " + Arrays.toString(rowGroups) + ", rows " + Arrays.toString(rows) + ", passes "
                + Arrays.toString(passes);
    }
}
