package convoy.driver.training;

import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.time.Clock;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** The workers of a phase: a stage of tasks, from its start until all have left. For the run's thread. */
final class WorkerStage implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);
    /** A wait is told after so long, after twice that, and so on. */
    private static final Duration TOLD = Duration.ofSeconds(20);

    private static final Duration LEAVING = Duration.ofSeconds(20);
    private static final Duration LEAVING_IN_HASTE = Duration.ofSeconds(2);

    private final TrainingJob job;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final ServerHealth health;
    private final Clock clock;
    private final Deadlines deadlines;
    private final Cluster.Stage stage;
    private long lastSeen;

    /** Starts the tasks, and waits for none. */
    WorkerStage(TrainingJob job, WorkerPlan plan, Coordinator coordinator, EventLoop loop, ServerHealth health) {
        this.job = job;
        this.coordinator = coordinator;
        this.loop = loop;
        this.health = health;
        this.clock = job.cluster().clock();
        this.deadlines = job.deadlines();
        this.lastSeen = clock.nanoTime();
        this.stage = job.cluster().start(plan, job.configuration().resources().workers());
    }

    /**
     * Waits for everybody who was asked for, but not long for those who do not come.
     *
     * @param servers that should be there
     * @param complete whether nothing is left to be done
     */
    void awaitStart(int servers, BooleanSupplier complete) throws InterruptedException {
        long begun = clock.nanoTime();
        long someone = -1;
        int asked = job.configuration().resources().workers();
        int least = job.configuration().resources().leastWorkers();
        Duration untold = TOLD;
        while (true) {
            int workers = coordinator.workers().size();
            int alive = health.alive().size();
            if (workers >= asked && alive >= servers) {
                return;
            }
            long waited = clock.nanoTime() - begun;
            if (workers >= least && alive > 0) {
                someone = someone < 0 ? waited : someone;
                if (waited - someone > deadlines.start().toNanos()) {
                    if (workers < asked) {
                        job.recorder()
                                .notice("beginning with " + workers + " of " + Counts.plain(asked, "worker")
                                        + ", as Spark has no place for more now; others join when they come");
                    }
                    return;
                }
            }
            if (waited > deadlines.anyone().toNanos()) {
                throw job.nobody(workers, alive, coordinator.lastLoss());
            }
            if (waited > untold.toNanos()) {
                job.recorder()
                        .notice("the run has not begun for " + untold.toSeconds() + " s: " + workers + " of "
                                + Counts.plain(asked, "worker") + " and " + Counts.plain(alive, "server")
                                + " are there"
                                + (workers < least ? "; " + job.cluster().whyNoWorker() : ""));
                untold = untold.multipliedBy(2);
            }
            loop.next(LOOK);
            check(complete);
        }
    }

    /** Ends the run if the tasks have ended before it. */
    void check(BooleanSupplier complete) throws InterruptedException {
        if (!stage.ended().isDone()) {
            return;
        }
        loop.next(Duration.ZERO);
        if (complete.getAsBoolean()) {
            return;
        }
        try {
            stage.ended().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof TrainingFailedException reason) {
                throw reason;
            }
            throw failed;
        }
        throw new TrainingFailedException("all workers left before the run was over");
    }

    /** Ends the run if too few have computed for too long. */
    void checkWorkers() {
        long now = clock.nanoTime();
        int workers = coordinator.workers().size();
        if (workers >= job.configuration().resources().leastWorkers()) {
            lastSeen = now;
        } else if (now - lastSeen > deadlines.anyone().toNanos()) {
            throw job.nobody(workers, health.alive().size(), coordinator.lastLoss());
        }
    }

    /** Lets the workers go, who were told to; those that do not hear are ended. */
    void leave(boolean clean) throws InterruptedException {
        boolean ended = loop.await(stage.ended(), clean ? LEAVING : LEAVING_IN_HASTE);
        if (!ended || stage.ended().isCompletedExceptionally()) {
            stage.cancel();
        }
    }

    @Override
    public void close() {
        stage.close();
    }
}
