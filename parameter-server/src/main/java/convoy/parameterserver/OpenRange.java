package convoy.parameterserver;

import java.util.List;

/**
 * Everything a host needs to serve one key range of a run.
 *
 * @param run the run's name, unique among those that live at the same time
 * @param incarnation raised whenever the run's servers are restored; older ones are refused from then on
 * @param server this range's index
 * @param layout of the whole flat vector
 * @param rule how gradients become parameters
 * @param leaves V, the number of micro-batches of a step
 * @param firstVersion the version of the values in {@code source}
 * @param source where the values come from
 * @param servers addresses of the servers of all ranges, in order; this range's among them
 * @param snapshots when to write the range down, and where
 */
public record OpenRange(
        String run,
        long incarnation,
        int server,
        ParameterLayout layout,
        UpdateRule rule,
        int leaves,
        long firstVersion,
        ValueSource source,
        List<ServerAddress> servers,
        SnapshotPlan snapshots) {
    /** Refuses what cannot work. */
    public OpenRange {
        servers = List.copyOf(servers);
        if (run.isEmpty() || run.length() > 1_000) {
            throw new IllegalArgumentException("run '" + run + "': a name of 1 to 1000 characters is wanted");
        }
        if (incarnation < 0 || firstVersion < 0) {
            throw new IllegalArgumentException("run '" + run + "': incarnation " + incarnation + " and first version "
                    + firstVersion + " must not be negative");
        }
        layout.partitionsOf(server, servers.size());
        new SumTree(leaves);
        if (source instanceof ValueSource.Initial initial && initial.values().length != layout.size()) {
            throw new IllegalArgumentException("run '" + run + "': " + initial.values().length
                    + " initial values for a layout of " + layout.size());
        }
    }

    /** The partitions {@code [begin, end)} of this range. */
    public KeyRange partitions() {
        return layout.partitionsOf(server, servers.size());
    }

    /** The part of the flat vector that this range holds. */
    public KeyRange range() {
        KeyRange partitions = partitions();
        return new KeyRange(
                layout.partition(partitions.begin()).begin(),
                layout.partition(partitions.end() - 1).end());
    }
}
