package convoy.worker.engine.lowering;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * A thread of an engine's own, for what native libraries keep by thread: workspaces, the number of threads of parallel regions, the
 * GPU in use. So it is the same whoever calls the engine.
 */
public final class EngineThread {
    private final ExecutorService thread;
    private boolean stopped;

    /**
     * Starts a thread.
     *
     * @param name of the thread
     */
    public EngineThread(String name) {
        this.thread = Executors.newSingleThreadExecutor(task -> new Own(task, name));
    }

    /** Told from the threads of other engines by the object that it belongs to. */
    private final class Own extends Thread {
        Own(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }

        boolean isOf(EngineThread engine) {
            return engine == EngineThread.this;
        }
    }

    /**
     * Runs there and waits, within the task that calls this if one does; an interrupt of the caller is kept for later, as the thread
     * would go on anyway.
     *
     * @param <T> what comes of it
     * @param task what is to be done
     * @return what came of it
     */
    public <T> T call(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        if (Thread.currentThread() instanceof Own own && own.isOf(this)) {
            future.run();
        } else {
            thread.execute(future);
        }
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

    /**
     * Runs a last task there and ends the thread; a second call does nothing.
     *
     * @param last releases what the thread holds; its result counts for nothing
     */
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
