package convoy.worker.engine.libtorch.transfer;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What works beside the engine's thread, one task after the other: that one is busy asking the device for operations, and whatever else
 * it did would keep the device waiting. Where nothing is gained, as on a processor, a task is run at once by whoever gives it.
 */
public final class SideThread implements AutoCloseable {
    private final Optional<ExecutorService> thread;
    private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);

    private SideThread(Optional<ExecutorService> thread) {
        this.thread = thread;
    }

    /** {@return no thread: who gives a task runs it} */
    public static SideThread none() {
        return new SideThread(Optional.empty());
    }

    /**
     * {@return a thread of its own, to be closed}
     *
     * @param name of the thread
     * @param first what it does before all else; if that fails, so does the first {@link #await}
     */
    public static SideThread named(String name, Runnable first) {
        SideThread side = new SideThread(Optional.of(Executors.newSingleThreadExecutor(task -> {
            Thread own = new Thread(task, name);
            own.setDaemon(true);
            return own;
        })));
        side.run(first, () -> {});
        return side;
    }

    /**
     * Gives a task.
     *
     * @param <T> what comes of it
     * @param task what is done, after all that was given before
     * @return what will be its result
     */
    public <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, run -> thread.ifPresentOrElse(own -> own.execute(run), run));
    }

    /**
     * Gives a task that is left out if one before it has failed since the last {@link #await}.
     *
     * @param task what is done
     * @param after what is done in any case
     */
    public synchronized void run(Runnable task, Runnable after) {
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
    public void await() {
        result(taken());
    }

    private synchronized CompletableFuture<Boolean> taken() {
        CompletableFuture<Boolean> all = last;
        last = CompletableFuture.completedFuture(true);
        return all;
    }

    /** Waits for all tasks of {@link #run} and forgets whether they have failed. */
    public void drain() {
        taken().handle((done, failure) -> true).join();
    }

    /**
     * {@return the result of a task, which is waited for; fails as that has failed}
     *
     * @param <T> what comes of it
     * @param task what was given
     */
    public static <T> T result(CompletableFuture<T> task) {
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
        supply(() -> true).join();
        thread.ifPresent(ExecutorService::shutdown);
    }
}
