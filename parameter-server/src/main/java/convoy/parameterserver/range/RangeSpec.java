package convoy.parameterserver.range;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.update.UpdateRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a host is told of a range: an {@link OpenRange} without the values themselves.
 *
 * @param run the run's name
 * @param incarnation under which it is served
 * @param server this range's index
 * @param layout of the whole flat vector
 * @param rule how gradients become parameters
 * @param leaves V, the number of micro-batches of a step
 * @param firstVersion the version of the first values
 * @param source a snapshot to read; empty when the values are sent or come from mirrors
 * @param mirrored where copies of the first values are in the memory of servers; empty when they are sent or read
 * @param servers addresses of the servers of all ranges, in order
 * @param snapshots when to write the range down, and where
 * @param measureEvery the versions whose step is measured, tensor by tensor: those that this divides; 0 for none
 * @param mirrorEvery the versions of which another server keeps a copy in its memory: those that this divides; 0 for none
 */
@RecordBuilder
public record RangeSpec(
        String run,
        long incarnation,
        int server,
        ParameterLayout layout,
        UpdateRule rule,
        int leaves,
        long firstVersion,
        Optional<ValueSource.Snapshot> source,
        Optional<ValueSource.Mirrored> mirrored,
        List<ServerAddress> servers,
        SnapshotPlan snapshots,
        long measureEvery,
        long mirrorEvery) {
    /** Refuses run names that are no line of a log, negative numbers, and a server or a number of leaves that cannot be. */
    public RangeSpec {
        servers = List.copyOf(servers);
        if (run.isEmpty() || run.length() > 1_000 || run.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("run '" + run + "': a name of 1 to 1000 printable characters is wanted");
        }
        if (incarnation < 0 || firstVersion < 0) {
            throw new IllegalArgumentException("run '" + run + "': incarnation " + incarnation + " and first version "
                    + firstVersion + " must not be negative");
        }
        if (measureEvery < 0) {
            throw new IllegalArgumentException(
                    "run '" + run + "': steps are measured every " + measureEvery + ": use 0 for none, or at least 1");
        }
        if (mirrorEvery < 0) {
            throw new IllegalArgumentException(
                    "run '" + run + "': ranges are mirrored every " + mirrorEvery + ": use 0 for none, or at least 1");
        }
        layout.partitionsOf(server, servers.size());
        new SumTree(leaves);
    }

    /** {@return whether whoever opens the range sends its values} */
    public boolean isSent() {
        return source.isEmpty() && mirrored.isEmpty();
    }

    /** {@return the partitions {@code [begin, end)} of this range} */
    public KeyRange partitions() {
        return layout.partitionsOf(server, servers.size());
    }

    /** {@return the part of the flat vector that this range holds} */
    public KeyRange range() {
        KeyRange partitions = partitions();
        return new KeyRange(
                layout.partition(partitions.begin()).begin(),
                layout.partition(partitions.end() - 1).end());
    }

    @Override
    public String toString() {
        return "range " + server + " of " + servers.size() + " of run '" + run + "' (incarnation " + incarnation + ")";
    }
}
