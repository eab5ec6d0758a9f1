package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.Manifest;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.model.ModelDescription;
import convoy.parameterserver.range.TensorSums;
import convoy.parameterserver.range.WrittenRange;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.ServerException;
import convoy.records.text.Counts;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of a phase, one after the other: waits until the servers have written their ranges of a version, commits it by its
 * manifest, removes old ones, and waits for the next.
 *
 * <p>For the run's thread; what servers answer reaches it through the loop.
 */
final class CheckpointPipeline {
    /** So many checkpoints in a row that cannot be written end the run, once that has gone on for as long as trouble may. */
    private static final int UNWRITTEN = 2;

    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(500);
    private static final Duration BEFORE_WRITING_AGAIN = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final TrainingJob job;
    private final PhaseCourse course;
    private final EventLoop loop;
    private final ServerHealth health;
    private final DivergenceWatch divergence;
    private final StepNorms norms;
    private final Clock clock;
    private final Checkpoints checkpoints;

    private Optional<Checkpoint> committed;

    /** The servers whose snapshots count; none while they are being restored. */
    private Optional<ServerFleet> fleet = Optional.empty();

    private long awaitedVersion = -1;
    /** When the version that the next checkpoint holds was reached; a checkpoint takes from then until it is committed. */
    private long reachedNanos;

    /** Checkpoints in a row that could not be written. */
    private int unwritten;
    /** Since when, if there are any. */
    private long unwrittenSince;

    private Duration longest = Duration.ZERO;

    /** The phase's last one, once nothing else is done beside it any more. */
    private Optional<Overdue> last = Optional.empty();

    /**
     * The parts of a run that this one works with.
     *
     * @param health of the servers that write
     * @param divergence says which versions are worth nothing
     * @param norms of the steps before a checkpoint, which are written before it is committed
     */
    record Parts(EventLoop loop, ServerHealth health, DivergenceWatch divergence, StepNorms norms) {}

    /** @param resumed the checkpoint that the phase goes on from */
    CheckpointPipeline(TrainingJob job, PhaseCourse course, Optional<Checkpoint> resumed, Parts parts) {
        this.job = job;
        this.course = course;
        this.committed = resumed;
        this.loop = parts.loop();
        this.health = parts.health();
        this.divergence = parts.divergence();
        this.norms = parts.norms();
        this.clock = job.cluster().clock();
        this.checkpoints = new Checkpoints(job.directory());
        this.reachedNanos = clock.nanoTime();
    }

    /** The newest checkpoint. */
    Optional<Checkpoint> newest() {
        return committed;
    }

    /** The newest committed version; -1 if there is none. */
    long newestVersion() {
        return committed.map(Checkpoint::step).orElse(-1L);
    }

    /** Where servers put their files. */
    String directory() {
        return checkpoints.root().toString();
    }

    /** Whether the phase's last version is committed. */
    boolean isComplete() {
        return newestVersion() >= course.until();
    }

    /** Whether one is on its way that is of a version before this one. */
    boolean awaitsOneBefore(long version) {
        return awaitedVersion < version && newestVersion() < awaitedVersion;
    }

    /** Servers are given up: whatever they have yet to say does not count, as their steps are computed again. */
    void forgetServers() {
        last = Optional.empty();
        norms.forgetServers();
        fleet = Optional.empty();
    }

    /** Goes on with the snapshots of servers that were opened. */
    void follow(ServerFleet opened) {
        fleet = Optional.of(opened);
        norms.follow(opened);
        if (opened.firstVersion() < course.until()) {
            await(opened, job.resolved().nextCheckpoint(opened.firstVersion(), course.until()));
        }
    }

    /** The phase ends earlier than was planned. */
    void awaitEnd() {
        fleet.ifPresent(servers -> await(servers, course.until()));
    }

    /** All metrics of a step are in; if they are numbers, the checkpoint that it began with is sound. */
    void stepDone(long step, boolean sound) {
        if (step + 1 == awaitedVersion) {
            reachedNanos = clock.nanoTime();
        }
        if (step + 1 >= course.until()) {
            last = Optional.of(new Overdue(
                    clock,
                    job.deadlines().trouble().plus(longest.multipliedBy(2)),
                    this::lastIsMissing,
                    job.recorder()::notice));
        }
        if (sound && newestVersion() == step) {
            retain();
        }
    }

    /** What the run stands still for, once all of its steps are done. */
    private String lastIsMissing() {
        return "the last checkpoint, of step " + course.until() + ", is not written"
                + (awaitedVersion < course.until()
                        ? ", as that of step " + awaitedVersion + " is still under way"
                        : "");
    }

    /** Looks whether the last one takes too long; to be called again and again. */
    void check() {
        if (!isComplete()) {
            last.ifPresent(Overdue::check);
        }
    }

    private void await(ServerFleet servers, long version) {
        awaitedVersion = version;
        reachedNanos = clock.nanoTime();
        var unused = servers.snapshot(job.clients(), version)
                .whenComplete((written, failure) -> loop.add(() -> {
                    if (!isCurrent(servers)) {
                        return;
                    }
                    if (failure != null) {
                        snapshotFailed(servers, version, failure);
                    } else if (newestVersion() < version && !divergence.isWorthless(version)) {
                        norms.whenWritten(version, () -> write(servers, version, written));
                    }
                }));
    }

    private void snapshotFailed(ServerFleet servers, long version, Throwable failure) {
        if (health.lost(servers).isPresent()) {
            // They are about to be restored.
            return;
        }
        Throwable cause = ServerHealth.cause(failure);
        if (ServerHealth.isPassing(cause)) {
            loop.later(BEFORE_ASKING_AGAIN, () -> {
                if (fleet.filter(servers::equals).isPresent()) {
                    await(servers, version);
                }
            });
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
        if (!skipped) {
            unwritten++;
            unwrittenSince = unwritten == 1 ? clock.nanoTime() : unwrittenSince;
        }
        if (!skipped && version >= course.until() && triedAgain(servers, version, cause)) {
            return;
        }
        try {
            // What there is of it takes room that the next one may need.
            checkpoints.abandon(version);
        } catch (UncheckedIOException failure) {
            // The next start of the run removes it.
            job.recorder()
                    .notice("parts of the checkpoint of step " + version + " are left: " + UnusableFiles.line(failure));
        }
        String line = "the checkpoint of step " + version + " is missing: " + UnusableFiles.line(cause);
        boolean tooLong = unwritten >= UNWRITTEN
                && clock.nanoTime() - unwrittenSince
                        >= job.deadlines().trouble().toNanos();
        if (version >= course.until() || tooLong) {
            throw UnusableFiles.ended(line, cause, checkpoints);
        }
        job.recorder().notice(line);
        await(servers, job.resolved().nextCheckpoint(version, course.until()));
    }

    /** There is no next one after the last: it is written again, by whichever servers could not, as long as trouble may last. */
    private boolean triedAgain(ServerFleet servers, long version, Throwable cause) {
        Duration longer = BEFORE_WRITING_AGAIN.multipliedBy(1L << Math.min(unwritten - 1, 10));
        Duration wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
        Duration gone = Duration.ofNanos(clock.nanoTime() - unwrittenSince);
        if (gone.plus(wait).compareTo(job.deadlines().trouble()) > 0) {
            return false;
        }
        job.recorder()
                .notice("the last checkpoint, of step " + version + ", could not be written and is tried again in "
                        + Counts.plain(wait.toSeconds(), "second") + ": " + UnusableFiles.line(cause));
        loop.later(wait, () -> {
            if (fleet.filter(servers::equals).isPresent()) {
                await(servers, version);
            }
        });
        return true;
    }

    /** Commits a checkpoint after its metrics: whoever goes on from it does not compute again what it holds, and would not have those. */
    private void write(ServerFleet servers, long version, List<WrittenRange> written) {
        job.recorder().tensors(version, TensorSums.of(course.phase().layout(), written));
        // If they are given up, so is the run.
        var unused = job.recorder()
                .written()
                .thenRun(() -> loop.add(() -> {
                    if (isCurrent(servers) && newestVersion() < version && !divergence.isWorthless(version)) {
                        commit(servers, version, written, Duration.ofNanos(clock.nanoTime() - reachedNanos));
                    }
                }));
    }

    /** Whether servers are those whose snapshots count: steps of others are computed again. */
    private boolean isCurrent(ServerFleet servers) {
        return fleet.filter(now -> now.incarnation() == servers.incarnation()).isPresent();
    }

    private void commit(ServerFleet servers, long version, List<WrittenRange> written, Duration took) {
        Checkpoint checkpoint;
        try {
            checkpoint = checkpoints.commit(new Manifest(
                    version,
                    job.resolved().determinants(job.cluster().membership().processor(course.name())),
                    ModelDescription.of(job.resolved()).toMetadata(),
                    leftOut(),
                    written.stream().map(WrittenRange::file).toList()));
        } catch (UncheckedIOException failure) {
            missing(servers, version, failure);
            return;
        }
        unwritten = 0;
        longest = longest.compareTo(took) > 0 ? longest : took;
        committed = Optional.of(checkpoint);
        job.recorder()
                .checkpoint(new TrainingListener.Checkpointed(
                        version,
                        checkpoint.directory().toString(),
                        checkpoint.manifest().bytes(),
                        took));
        retain();
        if (version < course.until()) {
            await(servers, job.resolved().nextCheckpoint(version, course.until()));
        }
    }

    private Optional<Manifest.LeftOut> leftOut() {
        List<String> tensors = course.phase().leftOut(job.resolved().network());
        return tensors.isEmpty()
                ? Optional.empty()
                : Optional.of(new Manifest.LeftOut(
                        InitialValues.FILE, job.initialSum().orElseThrow(), tensors));
    }

    /** Keeps, beside the newest checkpoints, the newest one that is known to be worth going on from. */
    private void retain() {
        try {
            checkpoints.retain(
                    job.configuration().outputs().checkpoint().keep(),
                    newestVersion(),
                    job.recorder().losses()::isSound);
        } catch (UncheckedIOException failure) {
            // The next checkpoint has them removed, or the next start of the run.
            job.recorder().notice("old checkpoints are left: " + UnusableFiles.line(failure));
        }
    }
}
