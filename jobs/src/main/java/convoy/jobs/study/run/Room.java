package convoy.jobs.study.run;

import convoy.jobs.study.schedule.Capacity;
import convoy.parameterserver.time.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * The room of an application. Executors come late and are lost and replaced, so that it is waited for at the beginning, and a trial that
 * has fitted once is not refused for the lack of one for a moment.
 */
final class Room implements Capacity {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final IntSupplier tasks;
    private final int widest;
    private boolean sufficed;

    /**
     * @param tasks that run at a time now
     * @param widest workers of the trial that has most
     */
    Room(IntSupplier tasks, int widest) {
        this.tasks = tasks;
        this.widest = widest;
    }

    @Override
    public int workers() {
        int now = tasks.getAsInt();
        sufficed |= now >= widest;
        return sufficed ? Math.max(now, widest) : now;
    }

    /** Waits until the widest trial has room, or for so long. */
    void await(Clock clock, Duration most) throws InterruptedException {
        long begun = clock.nanoTime();
        while (workers() < widest && clock.nanoTime() - begun < most.toNanos()) {
            clock.pause(LOOK);
        }
    }
}
