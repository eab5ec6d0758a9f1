package convoy.parameterserver.server;

import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.server.mirrors.Mirrors;
import convoy.parameterserver.server.mirrors.Neighbours;
import convoy.parameterserver.server.sums.SumLimit;
import convoy.parameterserver.sum.SumTree;
import convoy.records.text.Counts;
import java.util.Optional;

/**
 * What a range takes of its process's heap at most, and how that is divided. Each array has a float for each of the range's keys:
 *
 * <pre>
 *  arrays               for
 *  1                    values
 *  slots                the optimizer
 *  2                    two versions on their way to workers
 *  sums.slabs()         sums of a step on their way up the tree
 *  (copies + 1)(1 + slots)  snapshots that are being written: regular ones, and one that was asked for by name
 *  2 (1 + wards)(1 + slots) two versions of its own and of each range that it mirrors, if it is mirrored
 * </pre>
 *
 * @param spec of the range
 * @param sums how many sums a partition may hold
 * @param copies how many regular snapshots may be under way
 * @param mirrors whether copies are kept in memory as well
 */
record RangeMemory(RangeSpec spec, SumLimit sums, int copies, boolean mirrors) {
    private static final int MOST_COPIES = 2;

    /**
     * As much as is wanted if half of the heap is enough for it with what other ranges take, and less sums ahead of the frontier if not; no
     * mirrors, if not; the least if only the whole heap is. Empty if that is too small.
     */
    static Optional<RangeMemory> within(RangeSpec spec, long taken, long heap) {
        SumTree tree = new SumTree(spec.leaves());
        boolean wanted = Neighbours.isMirrored(spec) || !Neighbours.wards(spec).isEmpty();
        for (boolean mirrors : wanted ? new boolean[] {true, false} : new boolean[] {false}) {
            for (int ahead = SumLimit.WANTED; ahead >= 1; ahead--) {
                RangeMemory memory = new RangeMemory(spec, new SumLimit(tree, ahead), MOST_COPIES, mirrors);
                if (memory.bytes() + taken <= heap / 2) {
                    return Optional.of(memory);
                }
            }
        }
        return Optional.of(least(spec)).filter(least -> least.bytes() + taken <= heap);
    }

    /** What a range cannot do without. */
    static RangeMemory least(RangeSpec spec) {
        return new RangeMemory(spec, new SumLimit(new SumTree(spec.leaves()), 1), 1, false);
    }

    /** At most. */
    long bytes() {
        int slots = spec.rule().optimizer().slots().size();
        int mirrored = mirrors ? Mirrors.VERSIONS * (1 + Neighbours.wards(spec).size()) : 0;
        return 4L * spec.range().size() * (1 + slots + 2 + sums.slabs() + (copies + 1 + mirrored) * (1 + slots));
    }

    @Override
    public String toString() {
        return "at most " + (bytes() >> 20) + " MiB of heap, with "
                + Counts.plain(sums.slabs(), "sum") + " of a step and "
                + Counts.plain(copies, "snapshot") + " at a time" + (mirrors ? ", and mirrors in memory" : "");
    }
}
