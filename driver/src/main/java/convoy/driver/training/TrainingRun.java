package convoy.driver.training;

import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.Manifest;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.configuration.Phase;
import convoy.driver.configuration.ResolvedRun;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.CoordinatorPlan;
import convoy.driver.coordination.RunEvent;
import convoy.driver.coordination.ServerPlace;
import convoy.driver.coordination.StepFigures;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.coordination.WorkerFailure;
import convoy.driver.coordination.WorkerPlan;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.model.ModelDescription;
import convoy.driver.spark.Switchboard;
import convoy.driver.spark.WorkerTask;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.SharedTensors;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.wire.ServerStatistics;
import convoy.records.BadInputException;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.BlockScorer;
import convoy.worker.storage.Storage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * One call's part of a phase of a run, from the checkpoint it goes on from to its end.
 *
 * <p>Everything that happens is brought to one thread, the caller's, by a queue: what the coordinator saw, checkpoints that
 * the servers finished, the wish to stop. So the figures, the files and the listener need no locks, and neither Spark's
 * message thread nor the servers' ever wait for a file system.
 */
final class TrainingRun {
    private static final long TICK_MILLIS = 50;
    private static final long LOOK_MILLIS = 50;
    private static final Duration LEAVING = Duration.ofSeconds(20);
    /** So many checkpoints in a row that cannot be written end the run: each costs what was computed since the one before. */
    private static final int UNWRITTEN = 2;

    private final JavaSparkContext spark;
    private final Switchboard switchboard;
    private final ServerClients clients;
    private final ResolvedRun resolved;
    private final Phase phase;
    private final Optional<String> initialSum;
    /** The last version of this call, which may be of a later phase. */
    private final long goal;

    private final RunConfiguration configuration;
    private final RunDirectory directory;
    private final Checkpoints checkpoints;
    private final TrainingListener listener;
    private final RunRecorder recorder;
    private final Coordinator coordinator;
    private final SortedSet<Long> evaluations;
    private final long first;
    private final String name;
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    private Optional<Checkpoint> committed;
    private Optional<ServerFleet> fleet = Optional.empty();
    private long incarnation;
    private long until;
    private long lastSeenWorkers = System.nanoTime();
    private boolean stopping;
    /** Whether an earlier phase has announced this call. */
    private final boolean continues;

    private long lastProbe = System.nanoTime();
    /** When the version that the next checkpoint holds was reached; a checkpoint takes from then until it is committed. */
    private long reachedNanos = System.nanoTime();

    private long awaitedVersion = -1;
    /** Checkpoints in a row that could not be written. */
    private int unwritten;

    private Optional<Diverged> diverged = Optional.empty();

    /** The first step of this call whose loss is no number, and when that was seen. */
    private record Diverged(long step, double loss, long nanos) {}

    /** Servers that do not answer although their executor lives. */
    private final Set<ServerPlace> broken = new HashSet<>();

    TrainingRun(
            JavaSparkContext spark,
            Switchboard switchboard,
            ServerClients clients,
            ResolvedRun resolved,
            RunDirectory directory,
            Optional<Checkpoint> resumed,
            Optional<String> initialSum,
            boolean continues,
            RunRecorder recorder,
            long goal,
            TrainingListener listener) {
        this.spark = spark;
        this.switchboard = switchboard;
        this.clients = clients;
        this.resolved = resolved;
        this.configuration = resolved.configuration();
        this.directory = directory;
        this.checkpoints = new Checkpoints(directory);
        this.listener = listener;
        this.recorder = recorder;
        this.committed = resumed;
        this.first = resumed.map(Checkpoint::step).orElse(0L);
        this.phase = resolved.phaseFrom(first);
        this.initialSum = initialSum;
        this.continues = continues;
        this.goal = goal;
        this.until = Math.min(goal, phase.end());
        // A name that no earlier call had, whose servers or workers may still be about.
        this.name = configuration.name() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        this.evaluations = new TreeSet<>(resolved.evaluations());
        evaluations.removeIf(version -> version < first || version > until);
        evaluations.removeAll(recorder.evaluated());
        this.coordinator = new Coordinator(
                new CoordinatorPlan(
                        configuration.microBatches(),
                        first,
                        until,
                        evaluations,
                        resolved.validation()
                                .map(data -> BlockScorer.blocks(
                                        data.rows(), BlockScorer.blockRows(configuration.microBatch())))
                                .orElse(0),
                        seconds(configuration.patience().silent()),
                        configuration.patience().failures()),
                System::nanoTime,
                event -> events.add(() -> take(event)));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** Trains until the end or a wish to stop; returns the last checkpoint, which then is of the last version. */
    Checkpoint run() throws InterruptedException {
        switchboard.begin(name, coordinator);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "convoy-clock");
            thread.setDaemon(true);
            return thread;
        });
        var unused = clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        Broadcast<WorkerPlan> plan = spark.broadcast(plan());
        List<Integer> tasks =
                IntStream.range(0, configuration.workers()).boxed().toList();
        JavaFutureAction<Void> stage = spark.parallelize(new ArrayList<>(tasks), configuration.workers())
                .foreachAsync(new WorkerTask(plan));
        boolean clean = false;
        try {
            awaitStart(stage);
            openServers(continues ? "more tensors are trained" : "the run begins");
            announce();
            while (!complete()) {
                next(LOOK_MILLIS);
                checkLosses();
                checkStage(stage);
                checkServers();
                checkWorkers();
            }
            if (diverged.isPresent()) {
                throw divergence(diverged.get());
            }
            clean = true;
        } finally {
            coordinator.finish();
            leave(stage, clean);
            clock.shutdownNow();
            switchboard.end(name);
            plan.destroy();
        }
        return committed.orElseThrow();
    }

    private void tick() {
        try {
            coordinator.tick();
        } catch (RuntimeException | Error failure) {
            // Thrown on, it would end the ticking and nothing else, and whoever is silent would be waited for for ever.
            coordinator.broken(WorkerFailure.of("the run's clock stopped", failure));
        }
    }

    /** Ends the run after the step that is being computed; may be called from any thread. */
    void stop() {
        events.add(() -> {
            if (!stopping) {
                stopping = true;
                until = coordinator.stopSoon();
                listener.notice("stopping after step " + until + " with a checkpoint");
                fleet.ifPresent(servers -> awaitSnapshot(servers, until));
            }
        });
    }

    private WorkerPlan plan() {
        boolean local = spark.isLocal();
        int together = local ? configuration.workers() : tasksOfAnExecutor();
        int cache = PipelineOptions.defaults().cacheMegabytes() / Math.max(1, together);
        return new WorkerPlan(
                name,
                configuration.seed(),
                configuration.network().name(),
                resolved.network().classes(),
                input(),
                configuration.network().dropout(),
                configuration.network().variant(),
                phase.frozen().tensors().stream().sorted().toList(),
                phase.frozen().inference(),
                phase.leftOut(resolved.network()).isEmpty()
                        ? Optional.empty()
                        : Optional.of(Storage.uri(directory.path(InitialValues.FILE))),
                resolved.train().uri(),
                resolved.train().info().fingerprint(),
                resolved.validation().map(data -> data.uri()),
                resolved.transforms(),
                resolved.evaluationTransforms(),
                configuration.data().mix(),
                resolved.balance(),
                configuration.microBatch(),
                configuration.microBatches(),
                new ArrayList<>(evaluations),
                configuration.data().readerThreads(),
                configuration.data().lookAhead(),
                Math.max(16, cache),
                configuration.choice(),
                configuration.threads(),
                configuration.labelSmoothing(),
                configuration.patience().silence().toMillis());
    }

    private int tasksOfAnExecutor() {
        return spark.getConf().getInt("spark.executor.cores", 1)
                / Math.max(1, spark.getConf().getInt("spark.task.cpus", 1));
    }

    private List<Integer> input() {
        Shape.Image image = (Shape.Image) resolved.network().input();
        return List.of(image.channels(), image.height(), image.width());
    }

    private void take(RunEvent event) {
        if (event instanceof RunEvent.StepDone done) {
            recorder.step(done.figures(), stopping ? until : goal);
            switchboard.show(recorder.newestProgress());
            if (done.figures().step() + 1 == awaitedVersion) {
                reachedNanos = System.nanoTime();
            }
            lookAt(done.figures());
        } else if (event instanceof RunEvent.EvaluationDone done) {
            recorder.evaluation(done.version(), done.blocks());
        } else if (event instanceof RunEvent.MembersChanged changed) {
            recorder.membership(new TrainingListener.Membership(
                    changed.workers(),
                    fleet.map(servers -> servers.places().size()).orElse(0),
                    changed.change()));
        } else if (event instanceof RunEvent.Notice notice) {
            listener.notice(notice.line());
        } else if (event instanceof RunEvent.RunFailed failed) {
            throw failure(failed.failure());
        }
    }

    /** A loss that is no number ends the run, if it is to; one that is shows that its step's checkpoint is sound. */
    private void lookAt(StepFigures figures) {
        if (figures.isFinite()) {
            if (committed.map(Checkpoint::step).orElse(-1L) == figures.step()) {
                retain();
            }
        } else if (diverged.isEmpty() && configuration.onDivergence() == OnDivergence.STOP) {
            diverged = Optional.of(new Diverged(figures.step(), figures.badLoss(), System.nanoTime()));
            // Nobody need compute what comes after; a checkpoint of a step before may still be on its way.
            coordinator.stopSoon();
        }
    }

    private void checkLosses() {
        if (diverged.isEmpty()) {
            return;
        }
        Diverged found = diverged.get();
        boolean checkpointComes =
                awaitedVersion < found.step() && committed.map(Checkpoint::step).orElse(-1L) < awaitedVersion;
        if (!checkpointComes || System.nanoTime() - found.nanos() > LEAVING.toNanos()) {
            throw divergence(found);
        }
    }

    private TrainingFailedException divergence(Diverged found) {
        return Divergence.stop(
                configuration,
                checkpoints,
                recorder.losses(),
                found.step(),
                "the loss of step " + (found.step() + 1) + " is " + found.loss());
    }

    private static RuntimeException failure(WorkerFailure failure) {
        return failure.badInput()
                ? new BadInputException(failure.message())
                : new TrainingFailedException(failure.message(), failure.trace());
    }

    /** Does what has come in; waits a moment for it. */
    private void next(long millis) throws InterruptedException {
        Runnable event = events.poll(millis, TimeUnit.MILLISECONDS);
        while (event != null) {
            event.run();
            event = events.poll();
        }
    }

    /** Waits for everybody who was asked for, but not long for those who do not come. */
    private void awaitStart(JavaFutureAction<Void> stage) throws InterruptedException {
        long begun = System.nanoTime();
        Optional<Long> someone = Optional.empty();
        while (true) {
            int workers = coordinator.workers().size();
            int servers = alive().size();
            if (workers >= configuration.workers() && servers >= wantedServers()) {
                return;
            }
            long now = System.nanoTime();
            if (workers > 0 && servers > 0) {
                someone = someone.or(() -> Optional.of(now));
                if (now - someone.get()
                        > seconds(configuration.patience().start()).toNanos()) {
                    if (workers < configuration.workers()) {
                        listener.notice("beginning with " + workers + " of " + configuration.workers()
                                + " workers, as Spark has no place for more now; others join when they come");
                    }
                    return;
                }
            }
            if (now - begun > seconds(configuration.patience().anyone()).toNanos()) {
                throw nobody(workers, servers);
            }
            next(LOOK_MILLIS);
            checkStage(stage);
        }
    }

    private TrainingFailedException nobody(int workers, int servers) {
        List<String> missing = new ArrayList<>();
        if (workers == 0) {
            missing.add("no worker has started: Spark gave no task a place (is there an executor with "
                    + spark.getConf().get("spark.task.cpus", "1") + " free cores?)");
        }
        if (servers == 0) {
            missing.add("no executor offers a parameter server"
                    + (switchboard.problems().isEmpty() ? "" : " (" + String.join("; ", switchboard.problems()) + ")"));
        }
        return new TrainingFailedException(
                "nothing began within " + configuration.patience().anyone() + " s: " + String.join("; ", missing)
                        + "; patience.anyone says how long to wait");
    }

    private int wantedServers() {
        return Math.min(configuration.servers(), phase.layout().partitions());
    }

    private List<ServerPlace> alive() {
        return switchboard.places(seconds(configuration.patience().lost()).toNanos()).stream()
                .filter(place -> !broken.contains(place))
                .toList();
    }

    /** Opens the newest committed state, or the initial values, on the servers that are there, and tells the workers. */
    private void openServers(String why) throws InterruptedException {
        if (fleet.isPresent()) {
            // Not waited for: those that are gone do not answer, and the others forget it when they are opened anew.
            var unused = fleet.get().close(clients);
        }
        fleet = Optional.empty();
        long begun = System.nanoTime();
        while (fleet.isEmpty()) {
            List<ServerPlace> places = awaitPlaces(begun);
            incarnation++;
            long version = committed.map(Checkpoint::step).orElse(0L);
            ServerFleet next = new ServerFleet(name, incarnation, version, places);
            ValueSource source = committed.map(this::source).orElseGet(this::initial);
            CompletableFuture<Void> opened = next.open(
                    clients,
                    resolved,
                    phase,
                    source,
                    resolved.snapshots(checkpoints.root().toString(), version, until));
            if (settled(next, opened, begun)) {
                fleet = Optional.of(next);
            }
        }
        ServerFleet servers = fleet.get();
        if (servers.places().size() < configuration.servers()) {
            listener.notice(
                    phase.layout().partitions() < configuration.servers()
                            ? "a network of " + phase.layout().size() + " numbers has room for "
                                    + servers.places().size() + " of the " + configuration.servers()
                                    + " servers asked for"
                            : servers.places().size() + " of " + configuration.servers()
                                    + " servers are there; going on with them");
        }
        coordinator.serversOpened(
                incarnation,
                servers.firstVersion(),
                servers.addresses().stream().map(Object::toString).toList());
        recorder.membership(new TrainingListener.Membership(
                coordinator.workers(), servers.places().size(), why + " at step " + servers.firstVersion()));
        if (servers.firstVersion() < until) {
            awaitSnapshot(servers, resolved.nextCheckpoint(servers.firstVersion(), until));
        }
    }

    /** A checkpoint's values; those of a phase before this one lack what has been unfrozen since. */
    private ValueSource source(Checkpoint checkpoint) {
        Phase before = resolved.phaseOf(checkpoint.step());
        return before.equals(phase)
                ? checkpoint.source(Optional.empty())
                : checkpoint.source(Optional.of(new ValueSource.Growth(
                        before.layout(), directory.path(InitialValues.FILE).toString())));
    }

    private ValueSource initial() {
        float[] values = InitialValues.read(spark.hadoopConfiguration(), directory, resolved);
        float[] held = new float[phase.layout().size()];
        SharedTensors.of(NetworkLayout.of(resolved.network()), phase.layout()).copy(values, held);
        return new ValueSource.Initial(held);
    }

    private Optional<Manifest.LeftOut> leftOut() {
        List<String> tensors = phase.leftOut(resolved.network());
        return tensors.isEmpty()
                ? Optional.empty()
                : Optional.of(new Manifest.LeftOut(InitialValues.FILE, initialSum.orElseThrow(), tensors));
    }

    private List<ServerPlace> awaitPlaces(long begun) throws InterruptedException {
        while (true) {
            List<ServerPlace> alive = alive();
            long waited = System.nanoTime() - begun;
            boolean enough = alive.size() >= wantedServers();
            if (enough
                    || (!alive.isEmpty()
                            && waited
                                    > seconds(configuration.patience().start()).toNanos())
                    || (!alive.isEmpty() && fleet.isEmpty() && incarnation == 0)) {
                return alive.subList(0, Math.min(alive.size(), wantedServers()));
            }
            if (waited > seconds(configuration.patience().anyone()).toNanos()) {
                throw nobody(coordinator.workers().size(), 0);
            }
            next(LOOK_MILLIS);
        }
    }

    /** Waits until the servers are open; false if they cannot be, so that others have to be tried. */
    private boolean settled(ServerFleet opening, CompletableFuture<Void> opened, long begun)
            throws InterruptedException {
        while (true) {
            try {
                opened.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException notYet) {
                next(0);
                if (opening.lost(alive()).isPresent()) {
                    return false;
                }
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                findBroken(opening);
                boolean passing = opening.lost(alive()).isPresent() || isPassing(cause);
                if (!passing
                        || System.nanoTime() - begun
                                > seconds(configuration.patience().anyone()).toNanos()) {
                    throw new TrainingFailedException("the servers did not open: " + cause.getMessage(), cause);
                }
                return false;
            }
        }
    }

    private static boolean isPassing(Throwable failure) {
        return failure instanceof ServerException server && server.reason() == ServerException.Reason.UNREACHABLE;
    }

    /** Asks each server whether it answers at all, and remembers those that do not. */
    private void findBroken(ServerFleet asked) throws InterruptedException {
        List<CompletableFuture<ServerStatistics>> answers = asked.places().stream()
                .map(place -> clients.statistics(place.address()))
                .toList();
        for (int server = 0; server < answers.size(); server++) {
            ServerPlace place = asked.places().get(server);
            try {
                answers.get(server).get();
            } catch (ExecutionException silent) {
                markBroken(place, silent);
            }
        }
    }

    private void markBroken(ServerPlace place, Throwable failure) {
        if (broken.add(place)) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            listener.notice("server " + place.address() + " does not answer: " + cause.getMessage());
        }
    }

    private void awaitSnapshot(ServerFleet servers, long version) {
        awaitedVersion = version;
        reachedNanos = System.nanoTime();
        var unused = servers.snapshot(clients, version)
                .whenComplete((files, failure) -> events.add(() -> {
                    if (fleet.filter(now -> now.incarnation() == servers.incarnation())
                            .isEmpty()) {
                        // Of servers that were given up; the step is computed again.
                        return;
                    }
                    if (failure != null) {
                        snapshotFailed(servers, version, failure);
                    } else if (committed.map(Checkpoint::step).orElse(-1L) < version && !isWorthless(version)) {
                        commit(servers, version, files, Duration.ofNanos(System.nanoTime() - reachedNanos));
                    }
                }));
    }

    /** Whether a checkpoint would be of parameters that are worth nothing, in a run that stops at that. */
    private boolean isWorthless(long version) {
        return diverged.isPresent() && version >= diverged.get().step();
    }

    private void snapshotFailed(ServerFleet servers, long version, Throwable failure) {
        if (servers.lost(alive()).isPresent()) {
            // They are about to be restored.
            return;
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (isPassing(cause)) {
            CompletableFuture.delayedExecutor(LOOK_MILLIS * 10, TimeUnit.MILLISECONDS)
                    .execute(() -> events.add(() -> {
                        if (fleet.filter(servers::equals).isPresent()) {
                            awaitSnapshot(servers, version);
                        }
                    }));
            return;
        }
        missing(servers, version, cause);
    }

    /**
     * A checkpoint that there will not be. One that the servers skipped, as earlier ones are still being written, is no matter; nor is
     * one that could not be written, as long as the next one can.
     */
    private void missing(ServerFleet servers, long version, Throwable cause) {
        boolean skipped = cause instanceof ServerException server && server.reason() == ServerException.Reason.REFUSED;
        unwritten += skipped ? 0 : 1;
        // What there is of it takes room that the next one may need.
        checkpoints.abandon(version);
        String line = "the checkpoint of step " + version + " is missing: " + UnusableFiles.line(cause);
        if (version >= until || unwritten >= UNWRITTEN) {
            throw UnusableFiles.ended(line, cause, checkpoints);
        }
        listener.notice(line);
        awaitSnapshot(servers, resolved.nextCheckpoint(version, until));
    }

    private void commit(ServerFleet servers, long version, List<SnapshotFile> files, Duration took) {
        Checkpoint checkpoint;
        try {
            checkpoint = checkpoints.commit(new Manifest(
                    version,
                    resolved.determinants(switchboard.processor(configuration.name())),
                    ModelDescription.of(resolved).toMetadata(),
                    leftOut(),
                    files));
        } catch (UncheckedIOException failure) {
            missing(servers, version, failure);
            return;
        }
        unwritten = 0;
        committed = Optional.of(checkpoint);
        recorder.checkpoint(new TrainingListener.Checkpointed(
                version,
                checkpoint.directory().toString(),
                checkpoint.manifest().bytes(),
                took));
        retain();
        if (version < until) {
            awaitSnapshot(servers, resolved.nextCheckpoint(version, until));
        }
    }

    /** Keeps, beside the newest checkpoints, the newest one that is known to be worth going on from. */
    private void retain() {
        checkpoints.retain(configuration.checkpoint().keep(), recorder.losses()::isSound);
    }

    private void announce() {
        if (!phase.layout().equals(NetworkLayout.of(resolved.network()))) {
            listener.notice(String.format(
                    Locale.ROOT,
                    "from step %d on %,d of %,d parameters are trained, in %d of %d tensors",
                    first,
                    phase.layout().parameterCount(),
                    resolved.network().parameterCount(),
                    resolved.network().parameters().size()
                            - phase.frozen().tensors().size(),
                    resolved.network().parameters().size()));
        }
        if (continues) {
            return;
        }
        listener.started(new TrainingListener.Started(
                configuration.name(),
                Storage.uri(directory.root()),
                configuration.network().name(),
                resolved.network().parameterCount(),
                resolved.train().rows(),
                resolved.stepsPerEpoch(),
                first,
                goal,
                coordinator.workers().size(),
                fleet.map(servers -> servers.places().size()).orElse(0)));
    }

    private boolean complete() {
        return committed.map(Checkpoint::step).orElse(-1L) >= until
                && recorder.evaluated().containsAll(evaluations.headSet(until + 1));
    }

    private void checkStage(JavaFutureAction<Void> stage) throws InterruptedException {
        if (!stage.isDone()) {
            return;
        }
        next(0);
        if (complete()) {
            return;
        }
        try {
            stage.get();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new TrainingFailedException("Spark gave the workers up: " + cause.getMessage(), cause);
        } catch (CancellationException cancelled) {
            throw new TrainingFailedException("the workers' job was cancelled", cancelled);
        }
        throw new TrainingFailedException("all workers left before the run was over");
    }

    private void checkServers() throws InterruptedException {
        if (coordinator.currentAge().compareTo(seconds(configuration.patience().lost())) > 0) {
            probe();
        }
        Optional<ServerPlace> lost = fleet.flatMap(servers -> servers.lost(alive()));
        if (lost.isPresent()) {
            openServers("server " + lost.get().address() + " of executor "
                    + lost.get().executor() + " was lost; all are restored");
        }
    }

    /** Nothing moves: asks each server whether it still answers, since one may be broken in an executor that lives. */
    private void probe() {
        long now = System.nanoTime();
        if (fleet.isEmpty()
                || now - lastProbe < seconds(configuration.patience().lost()).toNanos()) {
            return;
        }
        lastProbe = now;
        for (ServerPlace place : fleet.get().places()) {
            var unused = clients.statistics(place.address())
                    .whenComplete((statistics, failure) -> events.add(() -> {
                        if (failure != null && broken.add(place)) {
                            listener.notice("server " + place.address() + " does not answer: " + failure.getMessage());
                        }
                    }));
        }
    }

    private void checkWorkers() {
        long now = System.nanoTime();
        if (!coordinator.workers().isEmpty()) {
            lastSeenWorkers = now;
        } else if (now - lastSeenWorkers
                > seconds(configuration.patience().anyone()).toNanos()) {
            throw nobody(0, alive().size());
        }
    }

    /** Lets the workers go; those that do not hear are cancelled. */
    private void leave(JavaFutureAction<Void> stage, boolean clean) throws InterruptedException {
        try {
            if (clean) {
                stage.get(LEAVING.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                stage.get(2, TimeUnit.SECONDS);
            }
        } catch (TimeoutException | ExecutionException | CancellationException late) {
            stage.cancel(true);
        }
        fleet.ifPresent(servers -> {
            try {
                servers.close(clients).get(LEAVING.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException unreachable) {
                listener.notice("servers could not be told that the run is over: " + unreachable.getMessage());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
