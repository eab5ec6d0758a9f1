package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.CoordinatorPlan;
import convoy.driver.coordination.CoordinatorPlanBuilder;
import convoy.driver.coordination.RunEvent;
import convoy.driver.coordination.StepMetrics;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.coordination.WorkerFailure;
import convoy.driver.membership.Membership;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.resolved.Determinants;
import convoy.driver.resolved.Phase;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.worker.WorkerPlan;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.BlockScorer;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One call's part of a phase of a run, from the checkpoint it goes on from to its end.
 *
 * <p>Everything that happens is brought to one thread, the caller's, by an {@link EventLoop}. So the metrics, the files and the listener
 * need no locks, and neither the thread that takes workers' messages nor the servers' ever wait for a file system. All parts of the
 * run are used by that thread alone; only the coordinator is told things by others, and ticks on the loop's timer.
 */
final class TrainingRun {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LEAVING = Duration.ofSeconds(20);

    private final TrainingJob job;
    private final RunRecorder recorder;
    /** The last version of this call, which may be of a later phase. */
    private final long goal;
    /** Whether an earlier phase has announced this call. */
    private final boolean continues;

    private final PhaseCourse course;
    private final SortedSet<Long> evaluations;
    private final EventLoop loop;
    private final Coordinator coordinator;
    private final DivergenceWatch divergence;
    private final ServerHealth health;
    private final CheckpointPipeline checkpoints;
    private final ServerSupervision servers;
    private final Events events = new Events();
    private boolean stopping;

    /**
     * @param resumed the checkpoint to go on from
     * @param continues whether an earlier phase of this call has ended with it
     * @param goal the last version of this call
     */
    TrainingRun(TrainingJob job, Optional<Checkpoint> resumed, boolean continues, long goal) {
        this.job = job;
        this.recorder = job.recorder();
        this.goal = goal;
        this.continues = continues;
        ResolvedRun resolved = job.resolved();
        long first = resumed.map(Checkpoint::step).orElse(0L);
        Phase phase = resolved.phaseFrom(first);
        this.course = new PhaseCourse(
                resolved.configuration().name() + "-"
                        + Long.toHexString(job.cluster().uniqueNumber()),
                phase,
                first,
                Math.min(goal, phase.end()));
        this.evaluations = new TreeSet<>(resolved.evaluations());
        evaluations.removeIf(version -> version < first || version > course.until());
        evaluations.removeAll(recorder.evaluated());
        this.loop = new EventLoop(job.cluster().clock());
        this.coordinator = new Coordinator(
                plan(job, course, evaluations),
                job.cluster().clock()::nanoTime,
                event -> loop.add(() -> event.accept(events)));
        this.divergence = new DivergenceWatch(job);
        this.health = new ServerHealth(job, loop);
        this.checkpoints = new CheckpointPipeline(
                job,
                course,
                resumed,
                new CheckpointPipeline.Parts(loop, health, divergence, new StepNorms(job, course, loop, health)));
        this.servers =
                new ServerSupervision(job, course, new ServerSupervision.Parts(coordinator, loop, health, checkpoints));
    }

    private static CoordinatorPlan plan(TrainingJob job, PhaseCourse course, SortedSet<Long> evaluations) {
        RunConfiguration configuration = job.resolved().configuration();
        int blocks = job.resolved()
                .validation()
                .map(data -> BlockScorer.blocks(
                        data.rows(), BlockScorer.blockRows(configuration.steps().microBatch())))
                .orElse(0);
        return CoordinatorPlanBuilder.builder()
                .microBatches(configuration.steps().microBatches())
                .firstVersion(course.first())
                .until(course.until())
                .evaluations(evaluations)
                .evaluationBlocks(blocks)
                .silentAfter(Deadlines.of(configuration.patience()).silent())
                .failures(configuration.patience().failures())
                .trouble(Deadlines.of(configuration.patience()).trouble())
                .build();
    }

    /** Trains until the end or a wish to stop; returns the last checkpoint, which then is of the last version. */
    Checkpoint run() throws InterruptedException {
        Membership membership = job.cluster().membership();
        if (job.configuration().computation().deterministic()) {
            // A worker of another kind would give other bits than the steps before.
            membership.hold(
                    course.name(),
                    checkpoints
                            .newest()
                            .map(checkpoint ->
                                    checkpoint.manifest().determinants().get(Determinants.PROCESSOR))
                            .or(job.cluster()::processor));
        }
        membership.begin(course.name(), coordinator);
        try (EventLoop ending = loop;
                WorkerStage workers = new WorkerStage(job, workerPlan(), coordinator, loop, health)) {
            ending.every(TICK, this::tick);
            train(workers);
        } finally {
            membership.end(course.name());
        }
        return checkpoints.newest().orElseThrow();
    }

    private void train(WorkerStage workers) throws InterruptedException {
        boolean clean = false;
        try {
            workers.awaitStart(servers.wanted(), this::isComplete);
            servers.open(continues ? "more tensors are trained" : "the run begins");
            announce();
            while (!isComplete()) {
                loop.next(LOOK);
                job.directory().requireHeld();
                recorder.check();
                divergence.check(checkpoints);
                workers.check(this::isComplete);
                servers.check();
                checkpoints.check();
                workers.checkWorkers();
            }
            divergence.end();
            clean = true;
        } finally {
            if (!clean) {
                recorder.fail();
            }
            coordinator.finish();
            workers.leave(clean);
            servers.close(LEAVING);
        }
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
        loop.add(() -> {
            if (!stopping) {
                stopping = true;
                course.endAt(coordinator.stopSoon());
                recorder.notice("stopping after step " + course.until() + " with a checkpoint");
                checkpoints.awaitEnd();
            }
        });
    }

    private WorkerPlan workerPlan() {
        int together = job.cluster()
                .workersOfAProcess(job.resolved().configuration().resources().workers());
        return WorkerPlan.of(
                course.name(),
                job.resolved(),
                course.phase(),
                Storage.uri(job.directory().path(InitialValues.FILE)),
                List.copyOf(evaluations),
                Math.max(16, PipelineOptions.defaults().cacheMegabytes() / together));
    }

    /** What the coordinator tells, on the thread that drives the run. */
    private final class Events implements RunEvent.Taker {
        @Override
        public void stepDone(StepMetrics metrics) {
            recorder.step(metrics, stopping ? course.until() : goal);
            job.cluster().membership().show(recorder.newestProgress());
            checkpoints.stepDone(metrics.step(), metrics.isFinite());
            if (!metrics.isFinite() && divergence.isFirst(metrics)) {
                // Nobody need compute what comes after; a checkpoint of a step before may still be on its way.
                coordinator.stopSoon();
            }
        }

        @Override
        public void evaluationDone(long version, List<EvaluationMetrics> blocks) {
            recorder.evaluation(version, blocks);
        }

        @Override
        public void membersChanged(List<String> workers, String change) {
            recorder.membership(new TrainingListener.MembershipChange(workers, servers.count(), change));
        }

        @Override
        public void notice(String line) {
            recorder.notice(line);
        }

        @Override
        public void runFailed(WorkerFailure failure) {
            throw failure(failure);
        }
    }

    private static RuntimeException failure(WorkerFailure failure) {
        return failure.badInput()
                ? new BadInputException(failure.message().lines().toList())
                : new TrainingFailedException(failure.message(), failure.trace());
    }

    private void announce() {
        ResolvedRun resolved = job.resolved();
        Phase phase = course.phase();
        if (!phase.layout().equals(NetworkLayout.of(resolved.network()))) {
            recorder.notice(String.format(
                    Locale.ROOT,
                    "from step %d on %,d of %s are trained, in %d of %s",
                    course.first(),
                    phase.layout().parameterCount(),
                    Counts.of(resolved.network().parameterCount(), "parameter"),
                    resolved.network().parameters().size()
                            - phase.frozen().tensors().size(),
                    Counts.plain(resolved.network().parameters().size(), "tensor")));
        }
        if (!continues) {
            recorder.started(course.first(), goal, coordinator.workers().size(), servers.count());
        }
    }

    private boolean isComplete() {
        return checkpoints.isComplete() && recorder.evaluated().containsAll(evaluations.headSet(course.until() + 1));
    }
}
