package convoy.worker.data.order;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which rows belong to which micro-batch: a pure function of (seed, data set, number of micro-batches, their size), the
 * same whoever asks, and found by position without working out what comes before.
 *
 * <p>In every epoch the row groups are permuted, their N rows laid end to end (or, {@linkplain BalancedRows balanced}, as
 * many rows in which every class comes equally often) and cut into V streams
 * {@code [m*N/V, (m+1)*N/V)}, one for each micro-batch index m. The row groups of a stream are taken in blocks of a few,
 * and the rows of each block are permuted among themselves:
 *
 * <pre>
 *   permuted row groups   | 7 |  2  | 9 | 4 |  0  | 3 | 8 |  1  | 6 | 5 |
 *   V = 2 streams         |---------- 0 ----------|---------- 1 --------|
 *   blocks of 3           |--- 0,0 ---|--- 0,1 ---|--- 1,0 ---|-- 1,1 --|
 * </pre>
 *
 * <p>A stream of L rows gives step s of an epoch of S steps its rows {@code [s*L/S, (s+1)*L/S)}, so all micro-batches are
 * nearly equal and none is empty. A worker that computes micro-batch m reads the row groups of stream m alone, a block
 * at a time.
 */
public final class EpochOrder {
    private static final int LAYOUTS_KEPT = 3;

    private final long seed;
    private final long[] groupStarts;
    private final EpochRows epochRows;
    private final int microBatches;
    private final int blockRowGroups;
    private final long rows;
    private final int steps;

    @GuardedBy("layouts")
    private final Map<Long, EpochLayout> layouts = new LinkedHashMap<>();

    /** The block of a stream that holds one place: the permuted row groups {@code [firstGroup, endGroup)}. */
    private record Block(int index, int firstGroup, int endGroup, long begin, long end) {}

    /**
     * Every row once an epoch.
     *
     * @param seed of the order
     * @param rowGroupRows the number of rows of each row group of the data set, in its order
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples that a micro-batch has at most (one more where the last step would be empty)
     * @param blockRowGroups how many row groups of a stream are permuted together, and so held in memory at once
     * @throws BadInputException if there are fewer rows than micro-batches
     */
    public EpochOrder(long seed, int[] rowGroupRows, int microBatches, int microBatchSize, int blockRowGroups) {
        this(
                seed,
                starts(rowGroupRows),
                new EpochRows.Shuffled(seed, starts(rowGroupRows)),
                microBatches,
                microBatchSize,
                blockRowGroups);
    }

    /**
     * {@return the order in which every class comes equally often; epochs and micro-batches are as long as those of the
     * other order}
     *
     * @param seed of the order
     * @param rowGroupRows how many rows each row group has
     * @param labels of the rows in the data set's order; each class has one or more
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples of a micro-batch
     * @param blockRowGroups how many row groups are read together
     */
    public static EpochOrder balanced(
            long seed, int[] rowGroupRows, RowLabels labels, int microBatches, int microBatchSize, int blockRowGroups) {
        return new EpochOrder(
                seed,
                starts(rowGroupRows),
                new BalancedRows(seed, starts(rowGroupRows), labels),
                microBatches,
                microBatchSize,
                blockRowGroups);
    }

    /**
     * {@return how often an epoch of the balanced order reads the data at most, as there are so many rows of each
     * class}
     *
     * @param counts the rows of each class
     */
    public static int balancedReadings(int[] counts) {
        return BalancedRows.rounds(counts);
    }

    private EpochOrder(
            long seed,
            long[] groupStarts,
            EpochRows epochRows,
            int microBatches,
            int microBatchSize,
            int blockRowGroups) {
        if (microBatches < 1 || microBatchSize < 1 || blockRowGroups < 1) {
            throw new BadInputException("micro-batches = " + microBatches + ", micro-batch-size = " + microBatchSize
                    + ": both must be at least 1");
        }
        this.seed = seed;
        this.groupStarts = groupStarts;
        this.epochRows = epochRows;
        this.microBatches = microBatches;
        this.blockRowGroups = blockRowGroups;
        rows = groupStarts[groupStarts.length - 1];
        if (rows < microBatches) {
            throw new BadInputException("the data set has " + Counts.plain(rows, "row")
                    + ", fewer than micro-batches = " + microBatches + ": lower micro-batches or import more pictures");
        }
        long shortest = rows / microBatches;
        long longest = (rows + microBatches - 1) / microBatches;
        steps = Math.toIntExact(Math.min((longest + microBatchSize - 1) / microBatchSize, shortest));
    }

    private static long[] starts(int[] rowGroupRows) {
        long[] starts = new long[rowGroupRows.length + 1];
        for (int i = 0; i < rowGroupRows.length; i++) {
            starts[i + 1] = starts[i] + rowGroupRows[i];
        }
        return starts;
    }

    /** {@return the number of steps in which as many rows are seen as the data set has} */
    public int stepsPerEpoch() {
        return steps;
    }

    /**
     * {@return the number of examples of a step, over all its micro-batches}
     *
     * @param step counted from 0 through all epochs
     */
    public long examples(long step) {
        long examples = 0;
        for (int m = 0; m < microBatches; m++) {
            long length = streamStart(m + 1) - streamStart(m);
            long s = step % steps;
            examples += (s + 1) * length / steps - s * length / steps;
        }
        return examples;
    }

    /**
     * {@return the rows of one micro-batch}
     *
     * @param step from 0, through all epochs
     * @param microBatch in {@code [0, V)}
     */
    public Slice slice(long step, int microBatch) {
        check(step, microBatch);
        long epoch = step / steps;
        long s = step % steps;
        EpochLayout layout = layout(epoch);
        long streamBegin = streamStart(microBatch);
        long length = streamStart(microBatch + 1) - streamBegin;
        long begin = streamBegin + s * length / steps;
        int size = (int) (streamBegin + (s + 1) * length / steps - begin);
        int[] groups = new int[size];
        int[] rowsInside = new int[size];
        int[] passes = new int[size];
        Block block = block(layout, microBatch, begin);
        KeyedPermutation permutation = permutation(epoch, microBatch, block);
        for (int i = 0; i < size; i++) {
            if (begin + i >= block.end()) {
                block = block(layout, microBatch, begin + i);
                permutation = permutation(epoch, microBatch, block);
            }
            long place = block.begin() + permutation.apply(begin + i - block.begin());
            int visit = layout.at(place);
            groups[i] = layout.groups()[visit];
            rowsInside[i] = layout.row(visit, place);
            passes[i] = layout.pass(place);
        }
        return new Slice(groups, rowsInside, passes);
    }

    /**
     * {@return how many examples of each class a step has, over all its micro-batches}
     *
     * @param step counted from 0 through all epochs
     * @param labels of the data set's rows
     */
    public int[] classes(long step, RowLabels labels) {
        int[] counts = new int[labels.classes()];
        for (int m = 0; m < microBatches; m++) {
            Slice slice = slice(step, m);
            for (int i = 0; i < slice.size(); i++) {
                long row = groupStarts[slice.rowGroups()[i]] + slice.rows()[i];
                counts[labels.labels()[(int) row]]++;
            }
        }
        return counts;
    }

    /**
     * {@return the row groups that the steps after this one will need, beyond those in use: as many of the next block
     * (of the next epoch, at the end of a stream) as the share of the current block that is behind, rounded up} Reading
     * them as one goes spreads the reading evenly over the steps.
     *
     * @param step counted from 0 through all epochs
     * @param microBatch counted from 0 within the step
     */
    public int[] ahead(long step, int microBatch) {
        check(step, microBatch);
        long epoch = step / steps;
        long s = step % steps;
        EpochLayout layout = layout(epoch);
        long streamBegin = streamStart(microBatch);
        long streamEnd = streamStart(microBatch + 1);
        long last = streamBegin + (s + 1) * (streamEnd - streamBegin) / steps - 1;
        Block block = block(layout, microBatch, last);
        EpochLayout nextLayout = block.end() < streamEnd ? layout : layout(epoch + 1);
        Block next = block(nextLayout, microBatch, block.end() < streamEnd ? block.end() : streamBegin);
        int count = next.endGroup() - next.firstGroup();
        long length = block.end() - block.begin();
        int wanted = (int) (((last + 1 - block.begin()) * count + length - 1) / length);
        int[] ahead = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            ahead[i] = nextLayout.groups()[next.firstGroup() + i];
        }
        return ahead;
    }

    private void check(long step, int microBatch) {
        if (step < 0 || microBatch < 0 || microBatch >= microBatches) {
            throw new IllegalArgumentException(
                    "step = " + step + ", micro-batch = " + microBatch + ", outside [0, " + microBatches + ")");
        }
    }

    private long streamStart(int microBatch) {
        return microBatch * rows / microBatches;
    }

    private Block block(EpochLayout layout, int microBatch, long place) {
        long begin = streamStart(microBatch);
        long end = streamStart(microBatch + 1);
        int first = layout.at(begin);
        int last = layout.at(end - 1);
        int index = (layout.at(place) - first) / blockRowGroups;
        int firstGroup = first + index * blockRowGroups;
        int endGroup = Math.min(firstGroup + blockRowGroups, last + 1);
        return new Block(
                index,
                firstGroup,
                endGroup,
                Math.max(begin, layout.starts()[firstGroup]),
                Math.min(end, layout.starts()[endGroup]));
    }

    private KeyedPermutation permutation(long epoch, int microBatch, Block block) {
        return new KeyedPermutation(
                block.end() - block.begin(), RandomStream.of(seed, "order", epoch, microBatch, block.index()));
    }

    private EpochLayout layout(long epoch) {
        synchronized (layouts) {
            EpochLayout kept = layouts.get(epoch);
            if (kept == null) {
                kept = epochRows.layOut(epoch);
                layouts.put(epoch, kept);
                if (layouts.size() > LAYOUTS_KEPT) {
                    layouts.remove(layouts.keySet().iterator().next());
                }
            }
            return kept;
        }
    }
}
