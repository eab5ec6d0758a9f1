package convoy.tests.virtual;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads of a process. Those without a name are events: each task is one, takes no time, and must not wait. Of those with one each task is
 * an actor, one after the other.
 */
final class VirtualExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final VirtualProcess process;
    private final Optional<String> actors;
    private final Supplier<Duration> queueing;
    private final Deque<Runnable> due = new ArrayDeque<>();
    private long turn;
    private boolean busy;
    private boolean shutdown;
    private boolean stopped;

    private VirtualExecutor(VirtualProcess process, Optional<String> actors, Supplier<Duration> queueing) {
        this.process = process;
        this.actors = actors;
        this.queueing = queueing;
    }

    static VirtualExecutor of(VirtualProcess process, Optional<String> actors, Supplier<Duration> queueing) {
        return new VirtualExecutor(process, actors, queueing);
    }

    @Override
    public void execute(Runnable task) {
        requireOpen();
        // In the order in which they come.
        turn = Math.max(turn, process.nanoTime() + queueing.get().toNanos());
        plan(Duration.ofNanos(turn - process.nanoTime()), task);
    }

    private void requireOpen() {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
    }

    private void plan(Duration delay, Runnable task) {
        process.after(delay, () -> {
            if (stopped) {
                return;
            }
            if (actors.isEmpty()) {
                task.run();
            } else {
                due.add(task);
                if (!busy) {
                    next(actors.get());
                }
            }
        });
    }

    private void next(String name) {
        busy = !stopped && !due.isEmpty();
        if (busy) {
            Actor actor = process.start(name, due.remove()::run);
            actor.onEnd(() -> process.after(Duration.ZERO, () -> {
                if (actor.failure().isPresent()) {
                    throw new AssertionError(
                            "a task of " + name + " failed", actor.failure().get());
                }
                next(name);
            }));
        }
    }

    private static Duration duration(long delay, TimeUnit unit) {
        return Duration.ofNanos(unit.toNanos(delay));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return true;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        requireOpen();
        Later<V> later = new Later<>(callable, duration(delay, unit));
        plan(later.pause, later);
        return later;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long delay, long period, TimeUnit unit) {
        // A task takes no time: a fixed rate and fixed pauses are the same.
        return scheduleWithFixedDelay(command, delay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long delay, long pause, TimeUnit unit) {
        requireOpen();
        Later<Boolean> later = new Later<>(
                () -> {
                    command.run();
                    return true;
                },
                duration(pause, unit));
        plan(duration(delay, unit), () -> repeat(later));
        return later;
    }

    private void repeat(Later<?> later) {
        if (later.again() && !shutdown) {
            plan(later.pause, () -> repeat(later));
        }
    }

    /** A task whose end can be asked for. */
    private static final class Later<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final Duration pause;

        Later(Callable<V> task, Duration pause) {
            super(task);
            this.pause = pause;
        }

        /** Runs it; false if it failed or was cancelled, so that it is not repeated. */
        boolean again() {
            return runAndReset();
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(pause);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        stopped = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    /** What was given to it before happens all the same, and nobody who waits for it would see it. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
