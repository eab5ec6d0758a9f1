package convoy.driver.training;

import convoy.driver.coordination.ServerPlace;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.wire.ServerStatistics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Which servers can be counted on. For the run's thread, which asks many times a second. */
final class ServerHealth {
    /** If it has not asked for so long, it could not hear of any either. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TrainingJob job;
    private final EventLoop loop;
    private final Duration lost;

    /** Servers that do not answer although their executor lives. */
    private final Set<ServerPlace> broken = new HashSet<>();

    private long lastProbe;
    private long lastLook;
    /** A server may have been silent for so much longer, as this thread did nothing for so long. */
    private long grace;

    private long graceSince;

    /** Of all servers that the cluster knows. */
    ServerHealth(TrainingJob job, EventLoop loop) {
        this.job = job;
        this.loop = loop;
        this.lost = job.deadlines().lost();
        this.lastProbe = job.cluster().clock().nanoTime();
        this.lastLook = lastProbe;
    }

    List<ServerPlace> alive() {
        return job
                .cluster()
                .membership()
                .places(lost.toNanos() + grace(job.cluster().clock().nanoTime()))
                .stream()
                .filter(place -> !broken.contains(place))
                .toList();
    }

    /** What said that it lives while this process was stopped is heard in a while, and not missed until then. */
    private long grace(long now) {
        long since = now - lastLook;
        lastLook = now;
        if (since > PAUSE.toNanos()) {
            grace = since;
            graceSince = now;
        } else if (now - graceSince > lost.toNanos()) {
            grace = 0;
        }
        return grace;
    }

    /** Asks those that did not answer again: who does may be given ranges again. */
    void checkBroken() {
        long now = job.cluster().clock().nanoTime();
        if (broken.isEmpty() || now - lastProbe < lost.toNanos()) {
            return;
        }
        lastProbe = now;
        for (ServerPlace place : broken) {
            var unused = job.clients()
                    .statistics(place.address())
                    .thenRun(() -> loop.add(() -> {
                        if (broken.remove(place)) {
                            job.recorder().notice("server " + place.address() + " answers again");
                        }
                    }));
        }
    }

    /** The first server of a fleet that is lost. */
    Optional<ServerPlace> lost(ServerFleet fleet) {
        return fleet.lost(alive());
    }

    /** Whether a failure is of a server that may be heard of again. */
    static boolean isPassing(Throwable failure) {
        return failure instanceof ServerException server && server.reason() == ServerException.Reason.UNREACHABLE;
    }

    /** What made a future fail. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Asks each server whether it answers at all, waits for that, and remembers those that do not. */
    void findBroken(ServerFleet asked) throws InterruptedException {
        List<CompletableFuture<ServerStatistics>> answers = asked.places().stream()
                .map(place -> job.clients().statistics(place.address()))
                .toList();
        for (int server = 0; server < answers.size(); server++) {
            ServerPlace place = asked.places().get(server);
            CompletableFuture<Optional<Throwable>> told =
                    answers.get(server).handle((statistics, failure) -> Optional.ofNullable(failure));
            loop.await(told);
            told.join().ifPresent(failure -> markBroken(place, failure));
        }
    }

    /** Nothing moves: asks each server whether it still answers, since one may be broken in an executor that lives. */
    void probe(ServerFleet fleet) {
        long now = job.cluster().clock().nanoTime();
        if (now - lastProbe < lost.toNanos()) {
            return;
        }
        lastProbe = now;
        for (ServerPlace place : fleet.places()) {
            var unused = job.clients()
                    .statistics(place.address())
                    .whenComplete((statistics, failure) -> loop.add(() -> {
                        if (failure != null) {
                            markBroken(place, failure);
                        }
                    }));
        }
    }

    private void markBroken(ServerPlace place, Throwable failure) {
        if (broken.add(place)) {
            job.recorder()
                    .notice("server " + place.address() + " does not answer: "
                            + cause(failure).getMessage());
        }
    }
}
