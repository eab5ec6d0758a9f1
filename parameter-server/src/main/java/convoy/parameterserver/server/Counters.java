package convoy.parameterserver.server;

import convoy.parameterserver.transport.RefusalLog;
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
    /** Pushes for which there was no room. */
    final LongAdder held = new LongAdder();

    final LongAdder updates = new LongAdder();
    final LongAdder snapshots = new LongAdder();
    final LongAdder snapshotBytes = new LongAdder();
    final RefusalLog refused;
    volatile double gradientNorm = Double.NaN;

    /** @param refused who and what is turned away */
    Counters(RefusalLog refused) {
        this.refused = refused;
    }

    /** Takes in what happened to a push of so many bytes of sums. */
    void pushed(Partition.Fate fate, long bytes) {
        if (fate == Partition.Fate.HELD) {
            held.increment();
            return;
        }
        pushes.increment();
        pushedBytes.add(bytes);
        if (fate == Partition.Fate.DROPPED) {
            duplicates.increment();
        }
    }

    /** What there is beside what is counted: the ranges and their memory. */
    ServerStatistics read(ServerStatisticsBuilder ranges) {
        return ranges.held(held.sum())
                .pushes(pushes.sum())
                .pushedBytes(pushedBytes.sum())
                .duplicates(duplicates.sum())
                .pulls(pulls.sum())
                .pulledBytes(pulledBytes.sum())
                .updates(updates.sum())
                .snapshots(snapshots.sum())
                .snapshotBytes(snapshotBytes.sum())
                .refused(refused.refused())
                .gradientNorm(gradientNorm)
                .build();
    }
}
