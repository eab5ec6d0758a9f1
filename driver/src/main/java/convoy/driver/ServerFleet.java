package convoy.driver;

import convoy.parameterserver.OpenRange;
import convoy.parameterserver.ServerAddress;
import convoy.parameterserver.ServerClients;
import convoy.parameterserver.SnapshotFile;
import convoy.parameterserver.SnapshotPlan;
import convoy.parameterserver.ValueSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The servers of a run under one incarnation.
 *
 * @param run its name at the servers
 * @param incarnation raised each time they are restored
 * @param firstVersion that they were opened with
 * @param places where they are, in the order of their ranges
 */
public record ServerFleet(String run, long incarnation, long firstVersion, List<Switchboard.Place> places) {
    public ServerFleet {
        places = List.copyOf(places);
    }

    public List<ServerAddress> addresses() {
        return places.stream().map(Switchboard.Place::address).toList();
    }

    /** Opens all ranges; completes when all of them serve. */
    public CompletableFuture<Void> open(
            ServerClients clients, ResolvedRun resolved, Phase phase, ValueSource source, SnapshotPlan snapshots) {
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int server = 0; server < places.size(); server++) {
            opened.add(clients.open(
                    places.get(server).address(),
                    new OpenRange(
                            run,
                            incarnation,
                            server,
                            phase.layout(),
                            resolved.rule(),
                            resolved.configuration().microBatches(),
                            firstVersion,
                            source,
                            addresses(),
                            snapshots)));
        }
        return CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new));
    }

    /** Completes with the range files of a version, in the order of their keys, once all are written. */
    public CompletableFuture<List<SnapshotFile>> snapshot(ServerClients clients, long version) {
        List<CompletableFuture<SnapshotFile>> files = new ArrayList<>();
        for (int server = 0; server < places.size(); server++) {
            files.add(clients.snapshot(places.get(server).address(), run, incarnation, server, version));
        }
        return CompletableFuture.allOf(files.toArray(CompletableFuture[]::new))
                .thenApply(done -> files.stream().map(CompletableFuture::join).toList());
    }

    /** Forgets the ranges; what cannot be reached is gone anyway. */
    public CompletableFuture<Void> close(ServerClients clients) {
        return CompletableFuture.allOf(addresses().stream()
                .distinct()
                .map(address -> clients.close(address, run, incarnation).handle((done, gone) -> true))
                .toArray(CompletableFuture[]::new));
    }

    /** The first of them that is not among those that are alive. */
    public Optional<Switchboard.Place> lost(List<Switchboard.Place> alive) {
        return places.stream().filter(place -> !alive.contains(place)).findFirst();
    }
}
