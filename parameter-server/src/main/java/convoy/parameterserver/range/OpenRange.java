package convoy.parameterserver.range;

import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.update.UpdateRule;
import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

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
 * @param measureEvery the versions whose step is measured, tensor by tensor: those that this divides; 0 for none
 * @param mirrorEvery the versions of which another server keeps a copy in its memory: those that this divides; 0 for none
 */
@RecordBuilder
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
        SnapshotPlan snapshots,
        long measureEvery,
        long mirrorEvery) {
    /** Refuses what cannot work. */
    public OpenRange {
        servers = List.copyOf(servers);
        if (source instanceof ValueSource.Initial initial && initial.values().length != layout.size()) {
            throw new IllegalArgumentException("run '" + run + "': "
                    + Counts.plain(initial.values().length, "initial value") + " for a layout of " + layout.size());
        }
        RangeSpecBuilder.builder()
                .run(run)
                .incarnation(incarnation)
                .server(server)
                .layout(layout)
                .rule(rule)
                .leaves(leaves)
                .firstVersion(firstVersion)
                .servers(servers)
                .snapshots(snapshots)
                .measureEvery(measureEvery)
                .mirrorEvery(mirrorEvery)
                .build();
    }

    /** {@return what the host is told of it first} */
    public RangeSpec spec() {
        Optional<ValueSource.Snapshot> snapshot =
                source.match(initial -> Optional.empty(), Optional::of, mirrored -> Optional.empty());
        Optional<ValueSource.Mirrored> mirrors =
                source.match(initial -> Optional.empty(), read -> Optional.empty(), Optional::of);
        return RangeSpecBuilder.builder()
                .run(run)
                .incarnation(incarnation)
                .server(server)
                .layout(layout)
                .rule(rule)
                .leaves(leaves)
                .firstVersion(firstVersion)
                .source(snapshot)
                .mirrored(mirrors)
                .servers(servers)
                .snapshots(snapshots)
                .measureEvery(measureEvery)
                .mirrorEvery(mirrorEvery)
                .build();
    }
}
