package convoy.parameterserver.wire;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a host has done since it started, all runs together.
 *
 * @param ranges open now
 * @param lowestVersion of any open partition; -1 without one
 * @param pushes accepted
 * @param pushedBytes of their sums
 * @param held pushes that were told to wait, as there was no room for their sums
 * @param duplicates pushes dropped because their sums were there already, or their step was complete
 * @param pulls answered with values
 * @param pulledBytes of these values
 * @param updates partitions raised by a version
 * @param snapshots range files written
 * @param snapshotBytes of these files
 * @param refused messages refused: fenced, malformed, or for a range that is not open
 * @param sumBytes that sums on their way up the tree have taken so far, in the ranges that are open
 * @param mostBytes that the open ranges may take of the heap
 * @param gradientNorm L2 norm of the last averaged gradient; NaN unless a run with a clip norm has partition 0 here
 */
@RecordBuilder
public record ServerStatistics(
        int ranges,
        long lowestVersion,
        long pushes,
        long pushedBytes,
        long held,
        long duplicates,
        long pulls,
        long pulledBytes,
        long updates,
        long snapshots,
        long snapshotBytes,
        long refused,
        long sumBytes,
        long mostBytes,
        double gradientNorm) {}
