package convoy.worker.data;

import java.util.Arrays;

/**
 * The rows of one micro-batch of one step, in order: where each lies, as (row group, row inside it).
 *
 * @param epoch the epoch that the step belongs to, from 0
 * @param rowGroups of each row, the index of its row group in the data set
 * @param rows of each row, its place inside the row group
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is defined below.
public record Slice(long epoch, int[] rowGroups, int[] rows) {
    /** The number of examples. */
    public int size() {
        return rows.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slice that
                && epoch == that.epoch
                && Arrays.equals(rowGroups, that.rowGroups)
                && Arrays.equals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(epoch) + Arrays.hashCode(rowGroups)) + Arrays.hashCode(rows);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + ", row groups " + Arrays.toString(rowGroups) + ", rows " + Arrays.toString(rows);
    }
}
