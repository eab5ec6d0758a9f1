package convoy.driver.coordination;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Moves the boundaries of shares to where the sum tree has its own. A share is pushed as the fewest nodes that make it up: one that begins
 * where a large node does is one push, and one that is shifted by a single micro-batch may be three. No share becomes longer than the
 * longest was.
 */
final class Alignment {
    /** How far a boundary is moved at most. */
    private static final int REACH = 8;

    private static final int WIDTH = 2 * REACH + 1;
    /** That one push less is worth more than any nearness to where the boundaries were. */
    private static final long PUSH = 1L << 32;

    private static final long NEVER = Long.MAX_VALUE / 2;

    private Alignment() {}

    /**
     * The boundaries that take fewest pushes, of these the nearest.
     *
     * @param counts micro-batches of each worker, all of a step; each at least 1
     * @param nanos time that a micro-batch takes each; infinite where that is not reckoned with
     * @return micro-batches of each worker
     */
    static int[] of(int[] counts, List<Double> nanos) {
        int workers = counts.length;
        int[] ends = counts.clone();
        Arrays.parallelPrefix(ends, Integer::sum);
        int all = ends[workers - 1];
        // Of one on trial it is hoped that it is in time: nobody is to take longer for its sake.
        double longest = IntStream.range(0, workers)
                .mapToDouble(worker -> counts[worker] * nanos.get(worker))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        // By worker and by how far the end of its share is moved: the least cost so far, and the move before that led
        // to it.
        long[] costs = new long[WIDTH];
        Arrays.fill(costs, NEVER);
        costs[REACH] = 0;
        byte[][] before = new byte[workers][WIDTH];
        int start = 0;
        for (int worker = 0; worker < workers; worker++) {
            int most = Math.max(counts[worker], (int) Math.min(all, longest / nanos.get(worker)));
            long[] next = new long[WIDTH];
            Arrays.fill(next, NEVER);
            boolean last = worker == workers - 1;
            for (int move = last ? 0 : -REACH; move <= (last ? 0 : REACH); move++) {
                int end = ends[worker] + move;
                for (int moved = -REACH; moved <= REACH; moved++) {
                    long cost = costs[moved + REACH];
                    int begin = start + moved;
                    if (cost == NEVER || begin < 0 || end > all || end - begin < 1 || end - begin > most) {
                        continue;
                    }
                    cost += pushes(begin, end, all) * PUSH + Math.abs(move);
                    if (cost < next[move + REACH]) {
                        next[move + REACH] = cost;
                        before[worker][move + REACH] = (byte) moved;
                    }
                }
            }
            costs = next;
            start = ends[worker];
        }
        int move = 0;
        int[] aligned = new int[workers];
        for (int worker = workers - 1; worker >= 0; worker--) {
            int moved = before[worker][move + REACH];
            int begin = (worker == 0 ? 0 : ends[worker - 1]) + moved;
            aligned[worker] = ends[worker] + move - begin;
            move = moved;
        }
        return aligned;
    }

    /** How many nodes of the sum tree make up micro-batches from one to before another. */
    static int pushes(int begin, int end, int leaves) {
        int pushes = 0;
        for (int at = begin; at < end; pushes++) {
            // Nodes are blocks that lie at multiples of their size, cut off where the step ends.
            int size = at == 0 ? Integer.highestOneBit(leaves) * 2 : Integer.lowestOneBit(at);
            while (Math.min(at + size, leaves) > end) {
                size /= 2;
            }
            at = Math.min(at + size, leaves);
        }
        return pushes;
    }
}
