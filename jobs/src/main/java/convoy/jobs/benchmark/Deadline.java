package convoy.jobs.benchmark;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ends a process that takes too long; whoever reads from it wakes up then. */
public final class Deadline implements AutoCloseable {
    private final CompletableFuture<Boolean> inTime = new CompletableFuture<>();
    private final CompletableFuture<Void> watch;

    /**
     * Begins to count.
     *
     * @param process to be ended
     * @param longest from now on, until this is closed
     */
    public Deadline(Process process, Duration longest) {
        this.watch = inTime.completeOnTimeout(false, Math.max(1, longest.toMillis()), TimeUnit.MILLISECONDS)
                .thenAccept(kept -> {
                    if (!kept) {
                        process.destroyForcibly();
                    }
                });
    }

    /** {@return whether the process was ended for it} */
    public boolean hasPassed() {
        return !inTime.getNow(true);
    }

    @Override
    public void close() {
        inTime.complete(true);
        watch.join();
    }
}
