package convoy.driver.coordination;

import convoy.driver.coordination.crash.Crashes;
import convoy.driver.coordination.crash.ExecutorLoss;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How often tasks have failed and executors were lost, and what follows from that. Guarded by the coordinator. */
final class Failures {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final Map<Integer, Integer> inARow = new HashMap<>();
    private final Map<Integer, Integer> inThisStep = new HashMap<>();
    private final Map<Integer, Integer> passing = new HashMap<>();
    private final Set<Integer> leftOut = new HashSet<>();

    /** Of a worker in a row, with nothing done in between, that are too many. */
    private final int most;

    private final Trouble trouble;
    private final Crashes crashes;

    /** Of workers that are not used. */
    private final Set<String> told = new HashSet<>();

    /** The furthest step of which a micro-batch was done, and how many of it. */
    private long furthest = -1;

    private int microBatches;

    /** Why the last executor was lost; empty: none was. */
    private Optional<String> lastLoss = Optional.empty();

    Failures(CoordinatorPlan plan) {
        this.most = plan.failures();
        this.trouble = new Trouble(plan.trouble());
        this.crashes = new Crashes(plan.computed(), plan.failures(), plan.trouble());
    }

    /**
     * What follows from a failure.
     *
     * @param end what the run ends with; empty: it goes on
     * @param change what is to be told, if it goes on
     * @param pause how long the task is to wait before it ends
     */
    record Consequence(Optional<WorkerFailure> end, String change, Duration pause) {
        static Consequence end(WorkerFailure failure) {
            return new Consequence(Optional.of(failure), "", Duration.ZERO);
        }

        static Consequence goOn(String change) {
            return new Consequence(Optional.empty(), change, Duration.ZERO);
        }
    }

    /** A worker's task ended with an error. */
    Consequence failed(int task, String name, WorkerFailure failure, long now) {
        if (failure.kind() == WorkerFailure.Kind.PASSING) {
            return failedForNow(task, name, failure, now);
        }
        int times = inARow.merge(task, 1, Integer::sum);
        int timesInThisStep = inThisStep.merge(task, 1, Integer::sum);
        if (failure.badInput() || timesInThisStep >= most) {
            return Consequence.end(failure);
        }
        if (times < most) {
            return Consequence.goOn(name + " failed: " + failure.message());
        }
        leftOut.add(task);
        return Consequence.goOn(
                name + " failed " + Counts.plain(times, "time") + " in a row and is left out: " + failure.message());
    }

    private Consequence failedForNow(int task, String name, WorkerFailure failure, long now) {
        if (trouble.failed(now)) {
            return Consequence.end(new WorkerFailure(
                    failure.kind(),
                    "nothing was done for " + Counts.plain(trouble.seconds(now), "second") + " while workers failed, "
                            + name + " because of " + failure.message() + "; patience.trouble says how long to try",
                    failure.trace()));
        }
        int before = passing.merge(task, 1, Integer::sum) - 1;
        // Twice as long each time that it fails with nothing done in between.
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(before, 10));
        wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        String change = name + " failed and tries again in " + Counts.plain(wait.toSeconds(), "second") + ": "
                + failure.message();
        return new Consequence(Optional.empty(), change, wait);
    }

    /**
     * An executor with a worker was lost.
     *
     * @param place what its workers were at
     */
    Consequence lost(ExecutorLoss loss, Crashes.Place place, long now) {
        lastLoss = Optional.of(loss.reason());
        Optional<String> inVain = crashes.lost(loss, place, now);
        if (inVain.isPresent()) {
            return Consequence.end(new WorkerFailure(WorkerFailure.Kind.ERROR, inVain.get(), ""));
        }
        if (!trouble.lost(place.joined(), now)) {
            return Consequence.goOn("executor " + loss.executor() + " was lost: " + loss.reason());
        }
        return Consequence.end(new WorkerFailure(
                WorkerFailure.Kind.ERROR,
                Counts.plain(trouble.executors(), "executor") + " were lost in "
                        + Counts.plain(trouble.seconds(now), "second") + " while step " + place.step()
                        + " was computed, the last one because: " + loss.reason()
                        + "; look into its log, it may need more memory; patience.trouble says how long to try",
                ""));
    }

    /** Why the last executor with a worker was lost. */
    Optional<String> lastLoss() {
        return lastLoss;
    }

    /** The task has done something. */
    void done(int task) {
        inARow.remove(task);
        passing.remove(task);
    }

    /**
     * So many micro-batches of a step are done. Where that is more than ever the run gets on, however long the step is; what is done again
     * of it is no progress, else a step that kills whoever comes to a micro-batch would be tried for ever.
     */
    void reached(long step, int done) {
        if (step > furthest || (step == furthest && done > microBatches)) {
            furthest = step;
            microBatches = done;
            trouble.forget();
            crashes.gotOn();
        }
    }

    /** A step is done. */
    void stepDone() {
        inThisStep.clear();
        trouble.forget();
    }

    /** Time has passed in which nothing could happen. */
    void forgive(long nanos) {
        trouble.forgive(nanos);
        crashes.forgive(nanos);
    }

    /** Whether a line is told for the first time. */
    boolean isNews(String line) {
        return told.add(line);
    }

    /** Whether a task takes part no more. */
    boolean isLeftOut(int task) {
        return leftOut.contains(task);
    }
}
