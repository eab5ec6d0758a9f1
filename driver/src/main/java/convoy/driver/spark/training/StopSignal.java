package convoy.driver.spark.training;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.training.Cluster.Watch;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.ShutdownHookManager;
import scala.runtime.AbstractFunction0;
import scala.runtime.BoxedUnit;

/**
 * Turns SIGTERM and SIGINT into a wish to stop: before Spark ends its context, which it would do at once, all runs are told at the same
 * time, and share the time to finish their steps and to write checkpoints. A signal is one for the whole process, and so is this.
 */
final class StopSignal {
    /** Spark's hooks run from the highest priority down; its context has 50, a local executor 100. */
    private static final int BEFORE_SPARK = 1000;
    /** Hadoop, which runs Spark's hooks, gives them 30 s. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    /** In which the callers can tell how their runs ended. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private static final StopSignal OF_THIS_PROCESS = new StopSignal();

    @GuardedBy("this")
    private final Set<Run> runs = new LinkedHashSet<>();

    /** There while there are runs: without one, the process ends as it would have. */
    @GuardedBy("this")
    private Optional<Object> hook = Optional.empty();

    @GuardedBy("this")
    private boolean stopping;

    private StopSignal() {}

    /** A run that wants to hear of it; two are never the same. */
    private final class Run implements Watch {
        private final Runnable stop;

        Run(Runnable stop) {
            this.stop = stop;
        }

        /** The run has ended; as soon as all have, the process may. */
        @Override
        public void close() {
            leave(this);
        }
    }

    /**
     * Has {@code action} called when the process is asked to end, and at once if it was: the process then waits for the end of the watch,
     * though not for ever.
     */
    static Watch watch(Runnable action) {
        return OF_THIS_PROCESS.join(action);
    }

    private Watch join(Runnable action) {
        Run run = new Run(action);
        boolean late;
        synchronized (this) {
            late = stopping || ShutdownHookManager.inShutdown();
            runs.add(run);
            if (!late && hook.isEmpty()) {
                hook = Optional.of(ShutdownHookManager.addShutdownHook(BEFORE_SPARK, new Hook()));
            }
        }
        if (late) {
            action.run();
        }
        return run;
    }

    private synchronized void leave(Run run) {
        runs.remove(run);
        notifyAll();
        if (runs.isEmpty() && hook.isPresent() && !ShutdownHookManager.inShutdown()) {
            ShutdownHookManager.removeShutdownHook(hook.get());
            hook = Optional.empty();
        }
    }

    private synchronized List<Run> begin() {
        stopping = true;
        return List.copyOf(runs);
    }

    /** How many runs have not ended when the time is over. */
    private synchronized int awaitEnd() throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (!runs.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return runs.size();
    }

    /** What Spark calls when the process is asked to end. */
    private final class Hook extends AbstractFunction0<BoxedUnit> {
        @Override
        public BoxedUnit apply() {
            begin().forEach(run -> run.stop.run());
            try {
                int left = awaitEnd();
                if (left > 0) {
                    System.err.println((left == 1 ? "The step" : "The steps of " + Counts.plain(left, "run"))
                            + " did not end within " + GRACE.toSeconds()
                            + " s; the run can be resumed from its last checkpoint.");
                }
                Thread.sleep(LAST_WORDS.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return BoxedUnit.UNIT;
        }
    }
}
