package convoy.driver.training;

import convoy.driver.coordination.ServerPlace;
import convoy.driver.resolved.Phase;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.range.WrittenRange;
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
record ServerFleet(String run, long incarnation, long firstVersion, List<ServerPlace> places) {
    ServerFleet {
        places = List.copyOf(places);
    }

    List<ServerAddress> addresses() {
        return places.stream().map(ServerPlace::address).toList();
    }

    /** Opens all ranges, each of which completes when it serves, in the order of the places. */
    List<CompletableFuture<Void>> open(
            ServerClients clients, ResolvedRun resolved, Phase phase, ValueSource source, SnapshotPlan snapshots) {
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int server = 0; server < places.size(); server++) {
            opened.add(clients.open(
                    places.get(server).address(),
                    OpenRangeBuilder.builder()
                            .run(run)
                            .incarnation(incarnation)
                            .server(server)
                            .layout(phase.layout())
                            .rule(resolved.rule())
                            .leaves(resolved.configuration().steps().microBatches())
                            .firstVersion(firstVersion)
                            .source(source)
                            .servers(addresses())
                            .snapshots(snapshots)
                            .measureEvery(
                                    resolved.configuration().outputs().metrics().everySteps())
                            .build()));
        }
        return opened;
    }

    /** Completes with what was written of a version, in the order of the ranges' keys, once all of it is. */
    CompletableFuture<List<WrittenRange>> snapshot(ServerClients clients, long version) {
        List<CompletableFuture<WrittenRange>> files = new ArrayList<>();
        for (int server = 0; server < places.size(); server++) {
            files.add(clients.snapshot(places.get(server).address(), run, incarnation, server, version));
        }
        return CompletableFuture.allOf(files.toArray(CompletableFuture[]::new))
                .thenApply(done -> files.stream().map(CompletableFuture::join).toList());
    }

    /** Completes with what each has measured of the step to a version, in the order of the ranges. */
    CompletableFuture<List<double[]>> squares(ServerClients clients, long version) {
        List<CompletableFuture<double[]>> answers = new ArrayList<>();
        for (int server = 0; server < places.size(); server++) {
            answers.add(clients.squares(places.get(server).address(), run, incarnation, server, version));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** Forgets the ranges; what cannot be reached is gone anyway. */
    CompletableFuture<Void> close(ServerClients clients) {
        return CompletableFuture.allOf(addresses().stream()
                .distinct()
                .map(address -> clients.close(address, run, incarnation).handle((done, gone) -> true))
                .toArray(CompletableFuture[]::new));
    }

    /** The first of them that is not among those that are alive. */
    Optional<ServerPlace> lost(List<ServerPlace> alive) {
        return places.stream().filter(place -> !alive.contains(place)).findFirst();
    }
}
