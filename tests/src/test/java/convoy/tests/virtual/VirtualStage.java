package convoy.tests.virtual;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.membership.WorkerPlace;
import convoy.driver.training.Cluster.Stage;
import convoy.driver.worker.Worker;
import convoy.driver.worker.WorkerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Tasks as Spark runs them: one that fails, or whose executor is lost, is begun anew where there is room, failing ones not for ever. */
public final class VirtualStage implements Stage {
    /** After which the driver knows that an executor is gone. */
    public static final Duration DETECTION = Duration.ofMillis(200);

    private static final int FAILURES = 4;
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(50);

    private final VirtualProcess driver;
    private final Supplier<Optional<VirtualExecutorHost>> freest;
    private final WorkerPlan plan;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final List<Task> tasks = new ArrayList<>();

    private final class Task {
        private final int index;
        private int attempts;
        private int failures;
        private boolean done;
        private Optional<Actor> actor = Optional.empty();

        Task(int index) {
            this.index = index;
        }

        /** Waits for an executor as long as there is none. */
        void begin() {
            Optional<VirtualExecutorHost> place = freest.get();
            if (place.isEmpty()) {
                driver.after(BEFORE_ANOTHER_TRY, this::begin);
                return;
            }
            VirtualExecutorHost executor = place.get();
            WorkerPlace where = new WorkerPlace(index, attempts++, executor.id(), "executor-" + executor.id());
            Actor worker = executor.begin("task " + index, () -> new Worker(plan, where, executor).run());
            actor = Optional.of(worker);
            worker.onEnd(() -> driver.after(Duration.ZERO, () -> end(worker)));
            executor.onLoss(() -> {
                if (!worker.isDone() && isCurrent(worker)) {
                    // What an executor says that was taken for lost, and lives on, counts no more.
                    actor = Optional.empty();
                    driver.after(DETECTION, this::begin);
                }
            });
        }

        private boolean isCurrent(Actor worker) {
            return actor.filter(current -> current == worker).isPresent();
        }

        private void end(Actor worker) {
            if (!isCurrent(worker)) {
                return;
            }
            if (worker.failure().isEmpty()) {
                done = true;
                if (tasks.stream().allMatch(task -> task.done)) {
                    ended.complete(true);
                }
            } else if (++failures < FAILURES) {
                begin();
            } else {
                ended.completeExceptionally(new TrainingFailedException(
                        "the workers were given up: " + worker.failure().get(),
                        worker.failure().get()));
            }
        }
    }

    public VirtualStage(
            VirtualProcess driver, Supplier<Optional<VirtualExecutorHost>> freest, WorkerPlan plan, int workers) {
        this.driver = driver;
        this.freest = freest;
        this.plan = plan;
        for (int index = 0; index < workers; index++) {
            tasks.add(new Task(index));
        }
        tasks.forEach(Task::begin);
    }

    @Override
    public CompletableFuture<?> ended() {
        return ended;
    }

    @Override
    public void cancel() {
        tasks.forEach(task -> task.actor.ifPresent(Actor::interrupt));
    }

    @Override
    public void close() {
        // The plan is of this process, and the garbage collector's.
    }
}
