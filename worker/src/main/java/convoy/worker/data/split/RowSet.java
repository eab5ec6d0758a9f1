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

    /**
     * {@return those of {@code of} rows that are wanted}
     *
     * @param of how many rows the data set has
     * @param wanted tells by its place in stored order whether a row is wanted
     */
    public static RowSet where(int of, IntPredicate wanted) {
        long[] words = new long[(of + Long.SIZE - 1) / Long.SIZE];
        for (int row = 0; row < of; row++) {
            if (wanted.test(row)) {
                words[row / Long.SIZE] |= 1L << row;
            }
        }
        return new RowSet(of, words);
    }

    /** {@return how many there are} */
    public int size() {
        return Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    /**
     * {@return whether a row is among them}
     *
     * @param row its place in stored order
     */
    public boolean has(int row) {
        return (words[row / Long.SIZE] >>> row & 1) != 0;
    }

    /** {@return all others} */
    public RowSet complement() {
        return where(of, row -> !has(row));
    }

    /**
     * {@return some of these rows}
     *
     * @param some which, counted among these
     */
    public RowSet only(RowSet some) {
        if (some.of != size()) {
            throw new IllegalArgumentException(some + " among " + this);
        }
        long[] kept = new long[words.length];
        int place = 0;
        for (int row = 0; row < of; row++) {
            if (has(row) && some.has(place++)) {
                kept[row / Long.SIZE] |= 1L << row;
            }
        }
        return new RowSet(of, kept);
    }

    /**
     * {@return those in {@code [begin, end)}, counted from {@code begin}, rising}
     *
     * @param begin the first row
     * @param end the row behind the last
     */
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
