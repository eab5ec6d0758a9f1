package convoy.driver.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.coordination.crash.Crashes;
import convoy.driver.coordination.crash.ExecutorLoss;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import convoy.worker.loop.ViewBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Knows who takes part and who computes what.
 *
 * <p>Workers join, report and ask; a clock ticks; Spark says which executors are gone. What comes of it are views for the workers and
 * events for the thread that drives the run. Several threads may call it, and no call blocks: Spark has one for plugin messages.
 *
 * <p>A worker reports a micro-batch before it pushes it, and pushes nothing of a step that the answer's view excludes.
 * Hence a step that a server completed is complete here, and while step c is incomplete here nobody has begun step c + 1:
 * {@link #stopSoon} can put the end right after step c, and the servers stop at exactly that version.
 */
public final class Coordinator {
    private static final int STEPS_BETWEEN_CHANGES = 10;
    /** Ticks come many times a second: if none came for so long, this process did not run. */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final CoordinatorPlan plan;
    private final LongSupplier nanoTime;
    private final Consumer<RunEvent> events;

    @GuardedBy("this")
    private final Members members = new Members();

    @GuardedBy("this")
    private final Failures failures;

    @GuardedBy("this")
    private final Evaluations evaluations;

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
    private final StepWatch watch;

    @GuardedBy("this")
    private long lastTick;

    @GuardedBy("this")
    private long stepsSinceShares;

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
        this.failures = new Failures(plan);
        this.evaluations = new Evaluations(plan.evaluations(), plan.evaluationBlocks());
        this.lastTick = nanoTime.getAsLong();
        this.watch = new StepWatch(members, plan.microBatches(), plan.firstVersion(), lastTick);
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
        watch.restart(version, nanoTime.getAsLong());
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
        OptionalLong known = members.known(task, attempt);
        if (known.isPresent()) {
            return known.getAsLong();
        }
        long id = members.add(new Member(task, executor, name, nanoTime.getAsLong()), attempt);
        shareOut(name + " joined");
        return id;
    }

    /**
     * Takes in a sign of life.
     *
     * @param id of the worker
     * @param arrived the newest of its reports of which, and of all before it, the servers have what it is about
     * @return what it is to compute from now on
     */
    public synchronized View heartbeat(long id, long arrived) {
        watch.arrived(id, arrived);
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
            failures.done(member.task());
            member.observe(report);
        }
        if (report.incarnation() == incarnation) {
            boolean complete = watch.add(id, report, nanoTime.getAsLong());
            failures.reached(watch.metrics().step(), watch.metrics().done());
            if (complete) {
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
        if (!evaluations.contains(version)) {
            return new EvaluationTurn.Done();
        }
        long now = nanoTime.getAsLong();
        if (version == watch.metrics().step()) {
            // The step cannot have begun.
            watch.pace().hold(now);
        }
        return evaluations.turn(
                new Evaluations.Asked(id, version, now),
                done,
                members.heardOf(),
                blocks -> events.accept(new RunEvent.EvaluationDone(version, blocks)));
    }

    /**
     * A worker's task ended with an error. Spark starts it again, unless it has failed too often.
     *
     * @param task its index in the stage
     * @param id of the worker; -1 if it had not joined
     * @param failure what it ended with
     * @return how long the task is to wait before it ends
     */
    public synchronized Duration failed(int task, long id, WorkerFailure failure) {
        Member member = members.remove(id);
        if (finished) {
            return Duration.ZERO;
        }
        String name = member == null ? "worker " + task : member.name();
        return follow(failures.failed(task, name, failure, nanoTime.getAsLong()));
    }

    @GuardedBy("this")
    private Duration follow(Failures.Consequence consequence) {
        if (consequence.end().isPresent()) {
            end(consequence.end().get());
        } else {
            shareOut(consequence.change());
        }
        return consequence.pause();
    }

    /**
     * A worker wants to join that would compute other bits than the others.
     *
     * @param refusal what the run ends with, if it has not begun
     * @param line what is told once, if it has: the worker is not used
     */
    public synchronized void stranger(WorkerFailure refusal, String line) {
        if (!plan.begun() && watch.metrics().step() == plan.firstVersion()) {
            broken(refusal);
        } else if (failures.isNews(line)) {
            events.accept(new RunEvent.Notice(line));
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
     * @param loss of it
     */
    public synchronized void executorLost(ExecutorLoss loss) {
        Set<Integer> open = members.openOf(loss.executor(), watch.metrics());
        OptionalLong joined = members.removeOf(loss.executor());
        // Whoever has no worker is missed by nobody, as idle ones that a cluster takes back.
        if (!finished && joined.isPresent()) {
            Crashes.Place place = new Crashes.Place(watch.metrics().step(), open, joined.getAsLong());
            var unused = follow(failures.lost(loss, place, nanoTime.getAsLong()));
        }
    }

    /** {@return why the last executor with a worker was lost, in Spark's words; empty if none was} */
    public synchronized Optional<String> lastLoss() {
        return failures.lastLoss();
    }

    /** To be called several times a second: finds who is silent and who is late. */
    public synchronized void tick() {
        if (finished) {
            return;
        }
        long now = nanoTime.getAsLong();
        forgive(now - lastTick);
        lastTick = now;
        List<String> silent = members.findSilent(now, plan.silentAfter());
        if (!silent.isEmpty()) {
            shareOut("no sign of life from " + String.join(", ", silent));
        }
        List<String> again = members.tryAgain(now);
        if (!again.isEmpty()) {
            shareOut(String.join(", ", again) + " is tried again, with a micro-batch a step");
        }
        if (servers.isEmpty() || evaluations.isUnderWay(watch.metrics().step())) {
            return;
        }
        if (watch.look(now, until) != StepWatch.Look.NOTHING) {
            viewNumber++;
        }
        if (watch.pace().isToBeTold(now, members.longestShare())) {
            events.accept(new RunEvent.Notice(watch.standstill(now)));
        }
    }

    /** This process was stopped, or did nothing but collect garbage: nobody could be heard meanwhile, and nobody is lost for it. */
    @GuardedBy("this")
    private void forgive(long sinceLastTick) {
        if (sinceLastTick > PAUSE) {
            members.forgive(sinceLastTick);
            watch.pace().forgive(sinceLastTick);
            failures.forgive(sinceLastTick);
        }
    }

    /**
     * Makes the run end right after the step that is being computed.
     *
     * @return the version that the servers stop at
     */
    public synchronized long stopSoon() {
        until = Math.min(until, watch.metrics().step() + 1);
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
        return watch.metrics().step();
    }

    /** {@return how long the step that is being computed has been} */
    public synchronized Duration currentAge() {
        return watch.pace().age(nanoTime.getAsLong());
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
        List<Member> sharing = members.sharing();
        assign(sharing, Shares.cut(plan.microBatches(), Members.speeds(sharing)));
        members.dropRescues();
        watch.pace().changed(nanoTime.getAsLong());
        events.accept(
                new RunEvent.MembersChanged(sharing.stream().map(Member::name).toList(), change));
    }

    @GuardedBy("this")
    private void assign(List<Member> sharing, List<Optional<MicroBatches>> shares) {
        members.assign(sharing, shares);
        stepsSinceShares = 0;
        viewNumber++;
    }

    @GuardedBy("this")
    private void stepDone() {
        long now = nanoTime.getAsLong();
        boolean someoneWasLate = members.isSomeoneSuspected();
        List<String> withdrawn = watch.judge(now);
        failures.stepDone();
        events.accept(new RunEvent.StepDone(watch.metrics()));
        watch.next(now);
        if (!withdrawn.isEmpty()) {
            shareOut(String.join("; ", withdrawn));
        } else if (++stepsSinceShares >= STEPS_BETWEEN_CHANGES || someoneWasLate) {
            List<Member> sharing = members.sharing();
            Shares.better(plan.microBatches(), sharing).ifPresent(shares -> assign(sharing, shares));
        }
    }
}
