package convoy.worker.data.order;

import convoy.architectures.random.RandomStream;
import convoy.records.text.Counts;
import java.util.Arrays;

/**
 * Epochs in which every class comes equally often. Of the draws of a run, counted through all epochs of N rows, draw d is of
 * class {@code d mod K}; so an epoch has N/K draws of each class, or one more. The draws of a class go through its rows again
 * and again, each time in another order, and on from epoch to epoch: none of its rows is drawn once more before all of them
 * have been drawn as often.
 *
 * <p>An epoch is cut into R rounds, as few as leave no more draws of a class in a round than the smallest class has rows. A
 * round takes its share of the draws of every class, and visits the row groups that they lie in in an order of its own:
 *
 * <pre>
 *   N = 12 rows, K = 2 classes; class 0 has the rows a to j, class 1 has y and z; so R = 3
 *   draws of class 0       c  f |  a  i |  h  d    (b e g j are left for the next epoch)
 *   draws of class 1       z  y |  y  z |  z  y
 *                         round 0 round 1 round 2
 *   places, by row groups  y c f z | a y z i | d h z y
 * </pre>
 *
 * <p>So the repeated rows of a small class are spread over the epoch, row groups are still read one after the other, and an
 * epoch reads the data R times at most. In memory it takes 4 bytes for each row, and for each row of a layout 8 and up to 12
 * for the visits.
 */
final class BalancedRows implements EpochRows {
    private final long seed;
    private final long[] groupStarts;
    /** All rows, class after class, each class's in stored order; class c has {@code [classStarts[c], classStarts[c+1])}. */
    private final int[] rows;

    private final int[] classStarts;
    private final int rounds;

    /**
     * @param groupStarts where each row group begins, counted in rows, and where the last one ends
     * @param labels of these rows
     */
    BalancedRows(long seed, long[] groupStarts, RowLabels labels) {
        if (groupStarts[groupStarts.length - 1] != labels.labels().length) {
            throw new IllegalArgumentException(Counts.plain(labels.labels().length, "label") + " for "
                    + Counts.plain(groupStarts[groupStarts.length - 1], "row"));
        }
        this.seed = seed;
        this.groupStarts = groupStarts;
        int[] counts = labels.counts();
        rounds = rounds(counts);
        classStarts = new int[counts.length + 1];
        for (int c = 0; c < counts.length; c++) {
            classStarts[c + 1] = classStarts[c] + counts[c];
        }
        rows = new int[labels.labels().length];
        int[] next = classStarts.clone();
        for (int row = 0; row < rows.length; row++) {
            rows[next[labels.labels()[row]]++] = row;
        }
    }

    /** R, how often an epoch reads the data at most. */
    static int rounds(int[] counts) {
        long sum = 0;
        int least = Integer.MAX_VALUE;
        for (int count : counts) {
            sum += count;
            least = Math.min(least, count);
        }
        if (least < 1) {
            throw new IllegalArgumentException("a class without rows cannot be drawn: " + Arrays.toString(counts));
        }
        long most = (sum + counts.length - 1) / counts.length;
        return Math.toIntExact((most + least - 1) / least);
    }

    @Override
    public EpochLayout layOut(long epoch) {
        Writing writing = new Writing(rows.length);
        for (int round = 0; round < rounds; round++) {
            draw(epoch, round).write(writing);
        }
        return writing.layout();
    }

    /** The draws of a class before an epoch. */
    private long drawsBefore(long epoch, int of) {
        int classes = classStarts.length - 1;
        return (epoch * rows.length + classes - 1 - of) / classes;
    }

    private Draws draw(long epoch, int round) {
        int classes = classStarts.length - 1;
        long[] first = new long[classes];
        long[] end = new long[classes];
        int size = 0;
        for (int c = 0; c < classes; c++) {
            long before = drawsBefore(epoch, c);
            long share = drawsBefore(epoch + 1, c) - before;
            first[c] = before + round * share / rounds;
            end[c] = before + (round + 1) * share / rounds;
            size += (int) (end[c] - first[c]);
        }
        Draws draws = new Draws(size, RandomStream.of(seed, "sampling.groups", epoch, round));
        for (int c = 0; c < classes; c++) {
            int count = classStarts[c + 1] - classStarts[c];
            long next = first[c];
            while (next < end[c]) {
                long pass = next / count;
                KeyedPermutation order = new KeyedPermutation(count, RandomStream.of(seed, "sampling.rows", c, pass));
                for (long stop = Math.min(end[c], (pass + 1) * count); next < stop; next++) {
                    draws.add(rows[classStarts[c] + (int) order.apply(next - pass * count)], Math.toIntExact(pass));
                }
            }
        }
        return draws;
    }

    /** What a round draws. */
    private final class Draws {
        private final int[] groups;
        private final int[] inside;
        private final int[] passes;
        /** For each draw, where its row group comes in the round, and below that which draw it is. */
        private final long[] places;

        private final KeyedPermutation groupOrder;
        private int count;

        Draws(int size, RandomStream random) {
            groups = new int[size];
            inside = new int[size];
            passes = new int[size];
            places = new long[size];
            groupOrder = new KeyedPermutation(groupStarts.length - 1, random);
        }

        void add(int row, int pass) {
            int group = groupOf(row);
            groups[count] = group;
            inside[count] = (int) (row - groupStarts[group]);
            passes[count] = pass;
            places[count] = groupOrder.apply(group) << 32 | count;
            count++;
        }

        void write(Writing writing) {
            Arrays.sort(places);
            int last = -1;
            for (long place : places) {
                int draw = (int) place;
                if (groups[draw] != last) {
                    last = groups[draw];
                    writing.visit(last);
                }
                writing.add(inside[draw], passes[draw]);
            }
        }
    }

    /** The row group that holds a row; empty ones hold none. */
    private int groupOf(int row) {
        int low = 0;
        int high = groupStarts.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (groupStarts[middle] <= row) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A layout that is being written. */
    private static final class Writing {
        private final int[] rows;
        private final int[] passes;
        private int[] groups = new int[64];
        private long[] starts = new long[65];
        private int visits;
        private int next;

        Writing(int size) {
            rows = new int[size];
            passes = new int[size];
        }

        void visit(int group) {
            if (visits == groups.length) {
                groups = Arrays.copyOf(groups, 2 * visits);
                starts = Arrays.copyOf(starts, 2 * visits + 1);
            }
            groups[visits] = group;
            starts[visits++] = next;
        }

        void add(int row, int pass) {
            rows[next] = row;
            passes[next++] = pass;
        }

        EpochLayout layout() {
            if (next != rows.length) {
                throw new IllegalStateException("an epoch of " + rows.length + " rows was drawn with " + next);
            }
            long[] ends = Arrays.copyOf(starts, visits + 1);
            ends[visits] = next;
            return new EpochLayout.Drawn(Arrays.copyOf(groups, visits), ends, rows, passes);
        }
    }
}
