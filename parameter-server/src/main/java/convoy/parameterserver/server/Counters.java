package convoy.parameterserver.server;

import convoy.parameterserver.wire.ServerStatistics;
import java.util.concurrent.atomic.LongAdder;

/** What a host counts, for {@link ServerStatistics}. */
final class Counters {
    final LongAdder pushes = new LongAdder();
    final LongAdder pushedBytes = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder pulls = new LongAdder();
    final LongAdder pulledBytes = new LongAdder();
    final LongAdder updates = new LongAdder();
    final LongAdder snapshots = new LongAdder();
    final LongAdder snapshotBytes = new LongAdder();
    final LongAdder refused = new LongAdder();
    volatile double gradientNorm = Double.NaN;

    ServerStatistics read(int ranges, long lowestVersion) {
        return new ServerStatistics(
                ranges,
                lowestVersion,
                pushes.sum(),
                pushedBytes.sum(),
                duplicates.sum(),
                pulls.sum(),
                pulledBytes.sum(),
                updates.sum(),
                snapshots.sum(),
                snapshotBytes.sum(),
                refused.sum(),
                gradientNorm);
    }
}
