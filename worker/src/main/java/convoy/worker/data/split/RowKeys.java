package convoy.worker.data.split;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.order.RowLabels;
import java.util.Arrays;
import java.util.List;

/**
 * What a split knows of the rows: 12 bytes a row, and while it ranks them 28 more.
 *
 * @param data where the rows lie, for messages
 * @param classes their names
 * @param labels of the rows in stored order
 * @param ids likewise
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record RowKeys(String data, List<String> classes, RowLabels labels, long[] ids) {
    public RowKeys {
        classes = List.copyOf(classes);
        if (labels.labels().length != ids.length) {
            throw new IllegalArgumentException(
                    Counts.plain(labels.labels().length, "label") + " for " + Counts.plain(ids.length, "id"));
        }
    }

    /**
     * {@return what it knows of some of the rows}
     *
     * @param rows which, of all of these
     */
    public RowKeys only(RowSet rows) {
        int[] kept = rows.within(0, ids.length);
        return new RowKeys(
                data,
                classes,
                labels.only(rows::has),
                Arrays.stream(kept).mapToLong(row -> ids[row]).toArray());
    }

    /**
     * {@return a share of the rows of each class, rounded: those that come first in an order that follows from the seed and their ids}
     *
     * @param share in [0, 1]
     * @param seed of the order
     * @throws BadInputException if ids are not unique
     */
    public RowSet some(double share, long seed) {
        requireUnique();
        int[] counts = labels.counts();
        int[] ranks = ranks(seed);
        return RowSet.where(ids.length, row -> ranks[row] < Math.round(share * counts[labels.labels()[row]]));
    }

    /**
     * Refuses ids that do not tell the rows apart.
     *
     * @throws BadInputException naming one that two rows have
     */
    void requireUnique() {
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new BadInputException("data set " + data + " has two rows or more with id = " + sorted[i]
                        + ", and data.validation takes rows out by their ids: write each row an id of its own, or give"
                        + " data.validation a data set");
            }
        }
    }

    /**
     * The place of each row among those of its class, from 0, in the order of the first word of the stream (seed, "split", id).
     * That word is another one for every id, {@link RandomStream} being a bijection of its last coordinate, so that
     * unique ids have no ties.
     *
     * @return {@code [rows]}, in stored order
     */
    int[] ranks(long seed) {
        int[] counts = labels.counts();
        int[] starts = new int[counts.length + 1];
        for (int c = 0; c < counts.length; c++) {
            starts[c + 1] = starts[c] + counts[c];
        }
        long[] words = new long[ids.length];
        long[] sorted = new long[ids.length];
        int[] next = starts.clone();
        for (int row = 0; row < ids.length; row++) {
            words[row] = RandomStream.of(seed, "split", ids[row]).nextLong();
            sorted[next[labels.labels()[row]]++] = words[row];
        }
        for (int c = 0; c < counts.length; c++) {
            Arrays.sort(sorted, starts[c], starts[c + 1]);
        }
        int[] ranks = new int[ids.length];
        for (int row = 0; row < ids.length; row++) {
            int c = labels.labels()[row];
            ranks[row] = Arrays.binarySearch(sorted, starts[c], starts[c + 1], words[row]) - starts[c];
        }
        return ranks;
    }
}
