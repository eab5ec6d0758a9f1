package convoy.driver.training;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Brings everything that happens in a run to one thread: what the coordinator saw, checkpoints that the servers finished, the wish to
 * stop. Any thread may add; the run's thread alone makes the loop, waits and does what has come.
 */
final class EventLoop implements AutoCloseable {
    private final Clock clock;
    private final Wakeup wakeup;
    private final ScheduledExecutorService timer;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

    /** Nothing has happened yet. */
    EventLoop(Clock clock) {
        this.clock = clock;
        this.wakeup = clock.wakeup();
        this.timer = clock.timer("convoy-clock");
    }

    /** Has this done by the run's thread. Any thread may call this; it does not block. */
    void add(Runnable event) {
        events.add(event);
        wakeup.signal();
    }

    /** The same, a little later. */
    void later(Duration delay, Runnable event) {
        Future<?> unused = timer.schedule(() -> add(event), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Has {@code work} done again and again by the timer's thread, even while the run's is busy. */
    void every(Duration pause, Runnable work) {
        Future<?> unused =
                timer.scheduleWithFixedDelay(work, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does what has come in; waits a moment for it. */
    void next(Duration most) throws InterruptedException {
        Runnable event = events.poll();
        if (event == null && !most.isZero()) {
            wakeup.await(most.toMillis());
            event = events.poll();
        }
        while (event != null) {
            event.run();
            event = events.poll();
        }
    }

    /** Waits for a future, but not for ever, and does nothing meanwhile; whether it is done. */
    boolean await(CompletableFuture<?> future, Duration most) throws InterruptedException {
        CompletableFuture<?> unused = future.whenComplete((result, failure) -> wakeup.signal());
        long begun = clock.nanoTime();
        while (!future.isDone()) {
            long left = (most.toNanos() - (clock.nanoTime() - begun)) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wakeup.await(left);
        }
        return true;
    }

    /** Waits for a future that ends some time, and does nothing meanwhile. */
    void await(CompletableFuture<?> future) throws InterruptedException {
        while (!await(future, Duration.ofHours(1))) {
            // Its end is sure, only not when.
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
