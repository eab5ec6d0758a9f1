package convoy.driver.coordination;

import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.StepReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whose sums the servers have, of the step that is being computed and of the one before. A worker reports before it pushes: when all of a
 * step is reported, some of it may be on its way, or never leave. Guarded by the coordinator.
 */
final class Deliveries {
    /** A worker's sum that has a micro-batch in it. */
    private record Sum(long member, long report) {}

    private final int microBatches;

    /** By worker, its newest report of which, and of all before it, everything has arrived. */
    private final Map<Long, Long> arrived = new HashMap<>();

    private List<List<Sum>> before = List.of();
    private List<List<Sum>> current;

    Deliveries(int microBatches) {
        this.microBatches = microBatches;
        this.current = none();
    }

    private List<List<Sum>> none() {
        return IntStream.range(0, microBatches)
                .<List<Sum>>mapToObj(microBatch -> new ArrayList<>())
                .toList();
    }

    /** The step is reported whole, the next one begins. */
    void next() {
        before = current;
        current = none();
        Set<Long> mentioned = new HashSet<>();
        before.forEach(sums -> sums.forEach(sum -> mentioned.add(sum.member())));
        arrived.keySet().retainAll(mentioned);
    }

    /** The servers stand at a version: nothing is lacking of what comes before it. */
    void restart() {
        before = List.of();
        current = none();
    }

    /**
     * @param age of the report's step: 0 of the one that is being computed, 1 of the one before
     */
    void reported(long member, StepReport report, long age) {
        List<List<Sum>> sums = age == 0 ? current : before;
        for (MicroBatchMetrics of : report.metrics()) {
            if (of.microBatch() < sums.size()) {
                sums.get(of.microBatch()).add(new Sum(member, report.number()));
            }
        }
    }

    /** A worker has said what of its has arrived. */
    void arrived(long member, long report) {
        arrived.merge(member, report, Math::max);
    }

    /** Micro-batches of the step before of which it is not known that the servers have them. */
    List<Integer> lackingBefore() {
        return IntStream.range(0, before.size())
                .filter(microBatch -> before.get(microBatch).stream()
                        .noneMatch(sum -> arrived.getOrDefault(sum.member(), 0L) >= sum.report()))
                .boxed()
                .toList();
    }

    /** Workers that have reported some of these of the step before. */
    Set<Long> reportersBefore(List<Integer> lacking) {
        Set<Long> reporters = new HashSet<>();
        lacking.forEach(microBatch -> before.get(microBatch).forEach(sum -> reporters.add(sum.member())));
        return reporters;
    }
}
