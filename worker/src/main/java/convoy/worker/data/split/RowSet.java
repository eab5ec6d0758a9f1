package convoy.worker.data.split;

import convoy.records.text.Counts;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * Some of the rows of a data set: a bit a row, 150 kB for ImageNet.
 *
 * @param of how many rows the data set has
 * @param words 64 rows each, the lowest bit first, in stored order; no bit behind the last row
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is defined below.
public record RowSet(int of, long[] words) {
    public RowSet {
        if (words.length != (of + Long.SIZE - 1) / Long.SIZE
                || BitSet.valueOf(words).length() > of) {
            throw new IllegalArgumentException(
                    Counts.plain(words.length, "word") + " for a set of " + Counts.plain(of, "row"));
        }
    }

    /** Those of {@code of} rows that are wanted, each by its place in stored order. */
    public static RowSet where(int of, IntPredicate wanted) {
        long[] words = new long[(of + Long.SIZE - 1) / Long.SIZE];
        for (int row = 0; row < of; row++) {
            if (wanted.test(row)) {
                words[row / Long.SIZE] |= 1L << row;
            }
        }
        return new RowSet(of, words);
    }

    /** How many there are. */
    public int size() {
        return Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    /** Whether a row is among them. */
    public boolean has(int row) {
        return (words[row / Long.SIZE] >>> row & 1) != 0;
    }

    /** All others. */
    public RowSet complement() {
        return where(of, row -> !has(row));
    }

    /** Those in {@code [begin, end)}, counted from {@code begin}, rising. */
    public int[] within(int begin, int end) {
        int[] found = new int[end - begin];
        int count = 0;
        for (int row = begin; row < end; row++) {
            if (has(row)) {
                found[count++] = row - begin;
            }
        }
        return Arrays.copyOf(found, count);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowSet that && of == that.of && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return 31 * of + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return size() + " of " + Counts.plain(of, "row");
    }
}
