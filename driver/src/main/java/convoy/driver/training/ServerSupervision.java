package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.ServerPlace;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.resolved.Phase;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.layout.SharedTensors;
import convoy.parameterserver.range.MirroredVersion;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.time.Clock;
import convoy.records.text.Counts;
import convoy.worker.engine.NetworkLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Has servers for a phase: opens its ranges on those that are there, with the newest committed state, and does so again under a new
 * incarnation when one of them is lost. Then a version that servers have whole in their memory is newer as a rule: all ranges go back to it,
 * since a gradient needs all parameters of one version, and those of servers that were not lost have gone on.
 *
 * <p>For the run's thread, which goes on with what happens meanwhile.
 */
final class ServerSupervision {
    private static final Duration LOOK = Duration.ofMillis(50);

    /** So long a run that can go on from memory waits for as many servers as it had: what is in memory may be lost with the next one. */
    private static final Duration SOON = Duration.ofSeconds(2);

    /** For servers to say what they have in memory; who does not answer by then is not waited for. */
    private static final Duration ASKING = Duration.ofSeconds(2);

    /**
     * Of one driver. Incarnations, and with them the names of range files, are so no other driver's: servers of one that was frozen, which
     * may still be writing, touch no file of its successor's.
     */
    private static final long OPENINGS = 1_000_000;

    private final TrainingJob job;
    private final PhaseCourse course;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final ServerHealth health;
    private final CheckpointPipeline checkpoints;
    private final Clock clock;
    private final Deadlines deadlines;

    private Optional<ServerFleet> fleet = Optional.empty();
    private long incarnation;

    /** How often this driver has opened them. */
    private long openings;

    /** Whether those that were opened last took their values from memory. */
    private boolean fromMemory;

    /**
     * The parts of a run that this one works with.
     *
     * @param coordinator is told of the servers
     * @param health of the servers that there are
     * @param checkpoints of which the newest is opened
     */
    record Parts(Coordinator coordinator, EventLoop loop, ServerHealth health, CheckpointPipeline checkpoints) {}

    /** Has none yet. */
    ServerSupervision(TrainingJob job, PhaseCourse course, Parts parts) {
        this.job = job;
        this.course = course;
        this.coordinator = parts.coordinator();
        this.loop = parts.loop();
        this.health = parts.health();
        this.checkpoints = parts.checkpoints();
        this.clock = job.cluster().clock();
        this.deadlines = job.deadlines();
    }

    /** How many there are. */
    int count() {
        return fleet.map(servers -> servers.places().size()).orElse(0);
    }

    /** How many there should be: each holds a partition at least. */
    int wanted() {
        return Math.min(
                job.configuration().resources().servers(),
                course.phase().layout().partitions());
    }

    /** Opens the newest committed state, or the initial values, on the servers that are there, and tells the workers. */
    void open(String why) throws InterruptedException {
        Optional<ServerFleet> before = fleet;
        fleet = Optional.empty();
        checkpoints.forgetServers();
        long begun = clock.nanoTime();
        ServerFleet servers;
        try {
            servers = openSome(begun);
        } finally {
            // Only now, as they lose with it what they have in memory, and those that were opened anew are not meant.
            // Not waited for: those
            // that are gone do not answer.
            if (before.isPresent()) {
                var unused = before.get().close(job.clients());
            }
        }
        fleet = Optional.of(servers);
        tellOfFewer(servers.places().size());
        coordinator.serversOpened(
                incarnation,
                servers.firstVersion(),
                servers.addresses().stream().map(Object::toString).toList());
        job.recorder()
                .membership(new TrainingListener.MembershipChange(
                        coordinator.workers(),
                        servers.places().size(),
                        why + (fromMemory ? " from memory" : "") + " at step " + servers.firstVersion()));
        checkpoints.follow(servers);
    }

    private ServerFleet openSome(long begun) throws InterruptedException {
        boolean inMemory = openings > 0 && mirrorSteps() > 0;
        while (true) {
            Optional<MirroredVersion.Whole> mirrored = inMemory ? newestInMemory() : Optional.empty();
            List<ServerPlace> places = awaitPlaces(begun, mirrored.isPresent() ? SOON : deadlines.start());
            openings++;
            incarnation = job.directory().epoch() * OPENINGS + openings;
            fromMemory = mirrored.isPresent();
            Optional<Checkpoint> committed = checkpoints.newest();
            long version = mirrored.map(MirroredVersion.Whole::version)
                    .orElseGet(() -> committed.map(Checkpoint::step).orElse(0L));
            ServerFleet next = new ServerFleet(course.name(), incarnation, version, places);
            List<CompletableFuture<Void>> opened = next.open(
                    job.clients(),
                    job.resolved(),
                    course.phase(),
                    mirrored.<ValueSource>map(MirroredVersion.Whole::source)
                            .or(() -> committed.map(this::source))
                            .orElseGet(this::initial),
                    job.resolved().snapshots(checkpoints.directory(), version, course.until()));
            if (fromMemory ? isOpen(next, opened) : settled(next, opened, begun)) {
                return next;
            }
            // Another one was lost, and its memory with it; the files are there in any case.
            inMemory = false;
        }
    }

    private long mirrorSteps() {
        return job.configuration().outputs().checkpoint().mirrorSteps();
    }

    /** The newest version that is whole in the memory of servers that live. */
    private Optional<MirroredVersion.Whole> newestInMemory() throws InterruptedException {
        Map<ServerAddress, List<MirroredVersion>> there = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (ServerPlace place : health.alive()) {
            asked.add(job.clients()
                    .mirrors(place.address(), course.name())
                    .thenAccept(versions -> there.put(place.address(), versions))
                    .handle((told, silent) -> silent == null));
        }
        loop.await(CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)), ASKING);
        return MirroredVersion.newest(
                course.phase().layout().partitions(), Map.copyOf(there), checkpoints::mayGoOnFrom);
    }

    /** Once all is done: why one of it failed, or nothing. */
    private static CompletableFuture<Optional<Throwable>> whatFailed(List<CompletableFuture<Void>> opened) {
        return CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> Optional.ofNullable(failure).map(ServerHealth::cause));
    }

    /** Waits until servers are open that were to take their values from memory; false if they cannot be. */
    private boolean isOpen(ServerFleet opening, List<CompletableFuture<Void>> opened) throws InterruptedException {
        CompletableFuture<Optional<Throwable>> told = whatFailed(opened);
        while (!loop.await(told, LOOK)) {
            loop.next(Duration.ZERO);
            job.directory().requireHeld();
            if (health.lost(opening).isPresent()) {
                return false;
            }
        }
        told.join().ifPresent(cause -> job.recorder()
                .notice("servers could not be restored from memory: " + cause.getMessage()
                        + "; going back to the last checkpoint"));
        return told.join().isEmpty();
    }

    private void tellOfFewer(int servers) {
        int asked = job.configuration().resources().servers();
        if (servers < asked) {
            job.recorder()
                    .notice(
                            course.phase().layout().partitions() < asked
                                    ? "a network of "
                                            + Counts.plain(
                                                    course.phase().layout().size(), "number") + " has room for "
                                            + servers + " of the " + Counts.plain(asked, "server") + " asked for"
                                    : servers + " of " + Counts.plain(asked, "server")
                                            + " are there; going on with them");
        }
    }

    /** A checkpoint's values; those of a phase before this one lack what has been unfrozen since. */
    private ValueSource source(Checkpoint checkpoint) {
        Phase before = job.resolved().phaseOf(checkpoint.step());
        return before.equals(course.phase())
                ? checkpoint.source(Optional.empty())
                : checkpoint.source(Optional.of(new ValueSource.Growth(
                        before.layout(),
                        job.directory().path(InitialValues.FILE).toString())));
    }

    private ValueSource initial() {
        ResolvedRun resolved = job.resolved();
        float[] values = InitialValues.read(job.cluster().hadoop(), job.directory(), resolved);
        float[] held = new float[course.phase().layout().size()];
        SharedTensors.of(NetworkLayout.of(resolved.network()), course.phase().layout())
                .copy(values, held);
        return new ValueSource.Initial(held);
    }

    private List<ServerPlace> awaitPlaces(long begun, Duration forAll) throws InterruptedException {
        while (true) {
            List<ServerPlace> alive = health.alive();
            Duration waited = Duration.ofNanos(clock.nanoTime() - begun);
            boolean patient = waited.compareTo(forAll) <= 0;
            if (alive.size() >= wanted() || (!alive.isEmpty() && (!patient || openings == 0))) {
                return job.cluster().membership().choose(course.name(), alive, wanted());
            }
            if (waited.compareTo(deadlines.anyone()) > 0) {
                throw job.nobody(
                        Math.max(
                                coordinator.workers().size(),
                                job.configuration().resources().leastWorkers()),
                        0,
                        coordinator.lastLoss());
            }
            loop.next(LOOK);
            // One that did not answer may be the only one that there is.
            health.checkBroken();
        }
    }

    /** Waits until the servers are open; false if they cannot be, so that others have to be tried. */
    private boolean settled(ServerFleet opening, List<CompletableFuture<Void>> opened, long begun)
            throws InterruptedException {
        CompletableFuture<Optional<Throwable>> told = whatFailed(opened);
        Overdue overdue =
                new Overdue(clock, deadlines.trouble(), () -> unopened(opening, opened), job.recorder()::notice);
        while (!loop.await(told, LOOK)) {
            loop.next(Duration.ZERO);
            job.directory().requireHeld();
            if (health.lost(opening).isPresent()) {
                return false;
            }
            overdue.check();
        }
        if (told.join().isEmpty()) {
            return true;
        }
        Throwable cause = told.join().get();
        health.findBroken(opening);
        boolean passing = health.lost(opening).isPresent() || ServerHealth.isPassing(cause);
        if (!passing || clock.nanoTime() - begun > deadlines.anyone().toNanos()) {
            throw new TrainingFailedException("the servers did not open: " + cause.getMessage(), cause);
        }
        return false;
    }

    private static String unopened(ServerFleet opening, List<CompletableFuture<Void>> opened) {
        return "the servers do not open: "
                + IntStream.range(0, opened.size())
                        .filter(server -> !opened.get(server).isDone())
                        .mapToObj(server -> opening.places().get(server))
                        .map(place -> place.address() + " of executor " + place.executor())
                        .collect(Collectors.joining(", "))
                + " still read"
                + (opened.stream().filter(each -> !each.isDone()).count() == 1 ? "s" : "")
                + " what they begin with";
    }

    /** Restores the servers if one of them is lost; looks closely once a step takes long. */
    void check() throws InterruptedException {
        if (fleet.isPresent() && coordinator.currentAge().compareTo(deadlines.lost()) > 0) {
            health.probe(fleet.get());
        }
        health.checkBroken();
        Optional<ServerPlace> lost = fleet.flatMap(health::lost);
        if (lost.isPresent()) {
            open("server " + lost.get().address() + " of executor " + lost.get().executor()
                    + " was lost; all are restored");
        }
    }

    /** Tells them, at the end, that the phase is over. */
    void close(Duration most) throws InterruptedException {
        if (fleet.isPresent() && !loop.await(fleet.get().close(job.clients()), most)) {
            job.recorder().notice("servers could not be told that the run is over within " + most.toSeconds() + " s");
        }
    }
}
