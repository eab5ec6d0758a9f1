package convoy.driver.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.text.Counts;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import convoy.worker.loop.ViewBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Knows who takes part and who computes what.
 *
 * <p>Workers join, report and ask; a clock ticks; Spark says which executors are gone. What comes of it are views for the workers and
 * events for the thread that drives the run. No call blocks, so that Spark's one thread for plugin messages may make them.
 *
 * <p>A worker reports a micro-batch before it pushes it, and pushes nothing of a step that the answer's view excludes.
 * Hence a step that a server completed is complete here, and while step c is incomplete here nobody has begun step c + 1:
 * {@link #stopSoon} can put the end right after step c, and the servers stop at exactly that version.
 *
 * <p>Safe for use by several threads.
 */
public final class Coordinator {
    private static final int STEPS_BETWEEN_CHANGES = 10;
    /** Executors lost, with no step done in between, that end the run. */
    private static final int LOSSES = 10;

    private final CoordinatorPlan plan;
    private final LongSupplier nanoTime;
    private final Consumer<RunEvent> events;

    @GuardedBy("this")
    private final Members members = new Members();

    @GuardedBy("this")
    private final FailureCounts failures = new FailureCounts();

    @GuardedBy("this")
    private final Map<Long, EvaluationBoard> evaluations = new HashMap<>();

    @GuardedBy("this")
    private long viewNumber;

    @GuardedBy("this")
    private long incarnation;

    @GuardedBy("this")
    private long firstVersion;

    @GuardedBy("this")
    private List<String> servers = List.of();

    @GuardedBy("this")
    private long until;

    @GuardedBy("this")
    private boolean finished;

    @GuardedBy("this")
    private StepMetrics current;

    @GuardedBy("this")
    private final Pace pace;

    @GuardedBy("this")
    private long stepsSinceShares;

    @GuardedBy("this")
    private int lossesThisStep;

    /**
     * Begins without workers and servers.
     *
     * @param plan what it has to see to
     * @param nanoTime the time, as {@link System#nanoTime} counts it
     * @param events takes events at once and without blocking, as a queue does
     */
    public Coordinator(CoordinatorPlan plan, LongSupplier nanoTime, Consumer<RunEvent> events) {
        this.plan = plan;
        this.nanoTime = nanoTime;
        this.events = events;
        this.until = plan.until();
        this.firstVersion = plan.firstVersion();
        this.current = new StepMetrics(plan.firstVersion(), plan.microBatches());
        this.pace = new Pace(nanoTime.getAsLong());
    }

    /**
     * The servers stand, for the first time or again.
     *
     * @param newIncarnation of the servers
     * @param version that they were opened with; steps from it on are computed, again where need be
     * @param addresses {@code host:port} in the order of their ranges
     */
    public synchronized void serversOpened(long newIncarnation, long version, List<String> addresses) {
        incarnation = newIncarnation;
        firstVersion = version;
        servers = List.copyOf(addresses);
        beginStep(version);
        members.dropRescues();
        viewNumber++;
    }

    /**
     * A worker's task says that it is ready.
     *
     * @param task its index in the stage, by which its micro-batches are ordered
     * @param attempt of the task, from 0
     * @param executor that the task runs on, by Spark's name
     * @param host of the executor
     * @return the number by which it is known from now on
     */
    public synchronized long join(int task, int attempt, String executor, String host) {
        String name = "worker " + task + " on " + host + (attempt > 0 ? " (attempt " + (attempt + 1) + ")" : "");
        if (failures.isLeftOut(task)) {
            return members.refuse();
        }
        long id = members.add(new Member(task, executor, name, nanoTime.getAsLong()));
        shareOut(name + " joined");
        return id;
    }

    /**
     * Takes in a sign of life.
     *
     * @param id of the worker
     * @return what it is to compute from now on
     */
    public synchronized View heartbeat(long id) {
        return alive(id);
    }

    /**
     * Takes in metrics. Those for servers that were given up are dropped: their steps are computed again.
     *
     * @param id of the worker
     * @param report of micro-batches that it computed
     * @return what it is to compute from now on
     */
    public synchronized View report(long id, StepReport report) {
        Member member = members.get(id);
        if (member != null) {
            failures.forgetRow(member.task());
            double nanos = (double) (report.computeNanos() + report.dataWaitNanos())
                    / Math.max(1, report.metrics().size());
            member.observe(nanos);
        }
        if (report.incarnation() == incarnation && report.step() == current.step() && !current.complete()) {
            current.add(member == null ? "workers given up" : member.name(), report);
            if (current.complete()) {
                stepDone();
            }
        }
        return alive(id);
    }

    /**
     * A worker at {@code version} asks for rows to score, handing over what it scored last.
     *
     * @param id of the worker
     * @param version that it holds
     * @param done what it scored; empty: nothing yet
     * @return the rows that are its next, or to wait, or that all are scored
     */
    public synchronized EvaluationTurn evaluation(long id, long version, Optional<EvaluationMetrics> done) {
        alive(id);
        if (!plan.evaluations().contains(version)) {
            return new EvaluationTurn.Done();
        }
        long now = nanoTime.getAsLong();
        EvaluationBoard board = evaluations.computeIfAbsent(
                version, ignored -> new EvaluationBoard(plan.evaluationBlocks(), Pace.FIRST_PATIENCE));
        if (done.isPresent() && board.add(done.get())) {
            events.accept(new RunEvent.EvaluationDone(version, board.metrics()));
        }
        if (version == current.step()) {
            // The step cannot have begun.
            pace.hold(now);
        }
        return board.next(now);
    }

    /**
     * A worker's task ended with an error. Spark starts it again, unless it has failed too often.
     *
     * @param task its index in the stage
     * @param id of the worker; -1 if it had not joined
     * @param failure what it ended with
     */
    public synchronized void failed(int task, long id, WorkerFailure failure) {
        Member member = members.remove(id);
        if (finished) {
            return;
        }
        String name = member == null ? "worker " + task : member.name();
        failures.add(task);
        if (failure.badInput() || failures.inThisStep(task) >= plan.failures()) {
            end(failure);
            return;
        }
        int inARow = failures.inARow(task);
        if (inARow >= plan.failures()) {
            failures.leaveOut(task);
            shareOut(name + " failed " + Counts.plain(inARow, "time") + " in a row and is left out: "
                    + failure.message());
        } else {
            shareOut(name + " failed: " + failure.message());
        }
    }

    /**
     * A worker's task ended, having been told to.
     *
     * @param id of the worker
     */
    public synchronized void left(long id) {
        members.remove(id);
    }

    /**
     * What keeps the run going has failed in this process: the run ends.
     *
     * @param failure what is wrong
     */
    public synchronized void broken(WorkerFailure failure) {
        if (!finished) {
            end(failure);
        }
    }

    @GuardedBy("this")
    private void end(WorkerFailure failure) {
        finished = true;
        viewNumber++;
        events.accept(new RunEvent.RunFailed(failure));
    }

    /**
     * Spark says that an executor is gone.
     *
     * @param executor by Spark's name
     * @param reason in Spark's words
     */
    public synchronized void executorLost(String executor, String reason) {
        boolean worked = members.removeOf(executor);
        if (finished) {
            return;
        }
        if (++lossesThisStep >= LOSSES) {
            end(new WorkerFailure(
                    false,
                    Counts.plain(lossesThisStep, "executor") + " were lost while step " + current.step()
                            + " was computed, the last one because: " + reason
                            + "; look into its log, it may need more memory",
                    ""));
            return;
        }
        if (worked) {
            shareOut("executor " + executor + " was lost: " + reason);
        }
    }

    /** To be called several times a second: finds who is silent and who is late. */
    public synchronized void tick() {
        if (finished) {
            return;
        }
        long now = nanoTime.getAsLong();
        List<String> silent = members.findSilent(now, plan.silentAfter());
        if (!silent.isEmpty()) {
            shareOut("no sign of life from " + String.join(", ", silent));
        }
        EvaluationBoard board = evaluations.get(current.step());
        if (current.step() >= until || servers.isEmpty() || (board != null && !board.complete())) {
            return;
        }
        if (pace.isStalled(now) && current.untouched()) {
            unstick(now);
        } else if (pace.isLate(now) && members.rescue(current.step(), current.missing())) {
            pace.changed(now);
            viewNumber++;
        }
    }

    /**
     * Makes the run end right after the step that is being computed.
     *
     * @return the version that the servers stop at
     */
    public synchronized long stopSoon() {
        until = Math.min(until, current.step() + 1);
        viewNumber++;
        return until;
    }

    /** Tells everybody to leave. */
    public synchronized void finish() {
        finished = true;
        viewNumber++;
    }

    /** {@return names of the workers that compute} */
    public synchronized List<String> workers() {
        return members.working().stream().map(Member::name).toList();
    }

    synchronized long currentStep() {
        return current.step();
    }

    /** {@return how long the step that is being computed has been} */
    public synchronized Duration currentAge() {
        return pace.age(nanoTime.getAsLong());
    }

    @GuardedBy("this")
    private View alive(long id) {
        Optional<Member> member = Optional.ofNullable(members.get(id));
        if (member.isPresent() && member.get().heard(nanoTime.getAsLong())) {
            shareOut(member.get().name() + " is heard of again");
        }
        // Who is not known was given up, or is of a task that was started again: its place is taken.
        return ViewBuilder.builder()
                .number(viewNumber)
                .incarnation(incarnation)
                .firstVersion(firstVersion)
                .servers(servers)
                .until(until)
                .finished(finished || member.isEmpty())
                .share(member.flatMap(Member::share))
                .rescue(member.flatMap(Member::rescue))
                .build();
    }

    @GuardedBy("this")
    private void shareOut(String change) {
        List<Member> working = members.working();
        assign(working, Shares.cut(plan.microBatches(), Members.speeds(working)));
        members.dropRescues();
        members.dropSharesOfSilent();
        pace.changed(nanoTime.getAsLong());
        events.accept(
                new RunEvent.MembersChanged(working.stream().map(Member::name).toList(), change));
    }

    @GuardedBy("this")
    private void assign(List<Member> working, List<Optional<MicroBatches>> shares) {
        Members.assign(working, shares);
        stepsSinceShares = 0;
        viewNumber++;
    }

    @GuardedBy("this")
    private void stepDone() {
        pace.done(nanoTime.getAsLong());
        failures.forgetStep();
        lossesThisStep = 0;
        events.accept(new RunEvent.StepDone(current));
        beginStep(current.step() + 1);
        if (++stepsSinceShares >= STEPS_BETWEEN_CHANGES) {
            List<Member> working = members.working();
            Shares.better(plan.microBatches(), working).ifPresent(shares -> assign(working, shares));
        }
    }

    @GuardedBy("this")
    private void beginStep(long step) {
        current = new StepMetrics(step, plan.microBatches());
        pace.begin(nanoTime.getAsLong());
    }

    /**
     * All metrics of the step before are in and yet nobody reports of this one: something that was reported did not reach
     * the servers. Everybody computes what others did of the step before.
     */
    @GuardedBy("this")
    private void unstick(long now) {
        long step = current.step() - 1;
        if (step >= firstVersion) {
            List<Integer> all = IntStream.range(0, plan.microBatches()).boxed().toList();
            members.working().forEach(member -> member.rescue(Optional.of(new View.Rescue(step, all))));
            viewNumber++;
        }
        pace.changed(now);
        events.accept(new RunEvent.Notice("step " + current.step() + " has not moved for "
                + pace.age(now).toSeconds() + " s; workers: "
                + (members.working().isEmpty() ? "none" : String.join(", ", workers()))));
    }
}
