package convoy.parameterserver.server;

import convoy.parameterserver.wire.ServerStatistics;
import convoy.parameterserver.wire.ServerStatisticsBuilder;
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
        return ServerStatisticsBuilder.builder()
                .ranges(ranges)
                .lowestVersion(lowestVersion)
                .pushes(pushes.sum())
                .pushedBytes(pushedBytes.sum())
                .duplicates(duplicates.sum())
                .pulls(pulls.sum())
                .pulledBytes(pulledBytes.sum())
                .updates(updates.sum())
                .snapshots(snapshots.sum())
                .snapshotBytes(snapshotBytes.sum())
                .refused(refused.sum())
                .gradientNorm(gradientNorm)
                .build();
    }
}
