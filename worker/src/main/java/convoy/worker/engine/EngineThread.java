package convoy.worker.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thread of an engine's own, for what native libraries keep by thread: workspaces, the number of threads of parallel regions, the
 * GPU in use. So it is the same whoever calls the engine.
 */
public final class EngineThread {
    private final ExecutorService thread;
    private boolean stopped;

    public EngineThread(String name) {
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, name);
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Runs there and waits; an interrupt of the caller is kept for later, as the thread would go on anyway. */
    public <T> T call(Callable<T> task) {
        Future<T> future = thread.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    if (e.getCause() instanceof Error cause) {
                        throw cause;
                    }
                    throw new IllegalStateException("the engine's thread failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs a last task there and ends the thread; a second call does nothing. */
    public void stop(Callable<Boolean> last) {
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
        }
        call(last);
        thread.shutdown();
    }
}
