package convoy.worker.engine.libtorch;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What works beside the engine's thread, one task after the other: that one is busy asking the device for operations, and whatever else
 * it did would keep the device waiting. Where nothing is gained, as on a processor, a task is run at once by whoever gives it.
 */
final class SideThread implements AutoCloseable {
    private final Optional<ExecutorService> thread;

    /** Why the thread could not begin as it was to; empty: it could. Set before its first task. */
    private final AtomicReference<Optional<Throwable>> unfit;

    private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);

    private SideThread(Optional<ExecutorService> thread, AtomicReference<Optional<Throwable>> unfit) {
        this.thread = thread;
        this.unfit = unfit;
    }

    /** None: who gives a task runs it. */
    static SideThread none() {
        return new SideThread(Optional.empty(), new AtomicReference<>(Optional.empty()));
    }

    /**
     * A thread of its own.
     *
     * @param first what it does before all else
     */
    static SideThread named(String name, Runnable first) {
        AtomicReference<Optional<Throwable>> unfit = new AtomicReference<>(Optional.empty());
        ExecutorService thread = Executors.newSingleThreadExecutor(tasks -> {
            Thread own = new Thread(
                    () -> {
                        try {
                            first.run();
                        } catch (RuntimeException | Error failure) {
                            // Thrown on, it would end the thread before its tasks, and they would be waited for for
                            // ever.
                            unfit.set(Optional.of(failure));
                        }
                        tasks.run();
                    },
                    name);
            own.setDaemon(true);
            return own;
        });
        return new SideThread(Optional.of(thread), unfit);
    }

    /** Gives a task, and returns what will be its result. */
    <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Objects.requireNonNull(unfit.get()).ifPresent(failure -> {
                        throw new IllegalStateException("a thread beside the engine's did not begin", failure);
                    });
                    return task.get();
                },
                run -> thread.ifPresentOrElse(own -> own.execute(run), run));
    }

    /**
     * Gives a task that is left out if one before it has failed since the last {@link #await}.
     *
     * @param task what is done
     * @param after what is done in any case
     */
    synchronized void run(Runnable task, Runnable after) {
        CompletableFuture<Boolean> before = last;
        last = supply(() -> {
            try {
                before.join();
                task.run();
                return true;
            } finally {
                after.run();
            }
        });
    }

    /** Waits for all tasks of {@link #run}, and fails as the first of them that has failed. */
    void await() {
        result(taken());
    }

    private synchronized CompletableFuture<Boolean> taken() {
        CompletableFuture<Boolean> all = last;
        last = CompletableFuture.completedFuture(true);
        return all;
    }

    /** Waits for all tasks of {@link #run} and forgets whether they have failed. */
    void drain() {
        taken().handle((done, failure) -> true).join();
    }

    /** The result of a task, which is waited for; fails as that has failed. */
    static <T> T result(CompletableFuture<T> task) {
        try {
            return task.join();
        } catch (CompletionException e) {
            Throwable cause = e;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Ends it once all that was given is done. */
    @Override
    public void close() {
        drain();
        supply(() -> true).handle((done, failure) -> true).join();
        thread.ifPresent(ExecutorService::shutdown);
    }
}
