package convoy.parameterserver;

import java.util.List;
import java.util.Optional;

/**
 * What a host is told of a range: an {@link OpenRange} without the values themselves.
 *
 * @param source a snapshot to read; empty when the values are sent
 */
record RangeSpec(
        String run,
        long incarnation,
        int server,
        ParameterLayout layout,
        UpdateRule rule,
        int leaves,
        long firstVersion,
        Optional<ValueSource.Snapshot> source,
        List<ServerAddress> servers,
        SnapshotPlan snapshots) {
    RangeSpec {
        servers = List.copyOf(servers);
        if (run.isEmpty() || run.length() > 1_000 || run.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("run '" + run + "': a name of 1 to 1000 printable characters is wanted");
        }
        if (incarnation < 0 || firstVersion < 0) {
            throw new IllegalArgumentException("run '" + run + "': incarnation " + incarnation + " and first version "
                    + firstVersion + " must not be negative");
        }
        layout.partitionsOf(server, servers.size());
        new SumTree(leaves);
    }

    /** The partitions {@code [begin, end)} of this range. */
    KeyRange partitions() {
        return layout.partitionsOf(server, servers.size());
    }

    /** The part of the flat vector that this range holds. */
    KeyRange range() {
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
