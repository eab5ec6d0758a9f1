package convoy.parameterserver.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What time it is, how to wait, and on which threads something is done now or later. Whatever decides by time has it from outside, so
 * that a cluster in virtual time runs the same code as a real one: no sleep, no thread and no reading of the time by any other way.
 *
 * <p>Safe for use by several threads.
 */
public interface Clock {
    /** {@return this machine's clock and threads} */
    static Clock system() {
        return SystemClock.INSTANCE;
    }

    /** {@return nanoseconds since some moment; only differences mean anything, and they are never negative} */
    long nanoTime();

    /** {@return the time of day, to be written down and not to be reckoned with} */
    Instant now();

    /** {@return something to wait on; made by the thread that will} */
    Wakeup wakeup();

    /**
     * Daemon threads that do tasks in the order in which they come.
     *
     * @param name of the threads, to which their numbers are added
     * @param threads how many, at most, work at once
     * @return to be shut down
     */
    ExecutorService pool(String name, int threads);

    /**
     * One daemon thread for what is to be done later or again and again.
     *
     * @param name of the thread
     * @return to be shut down
     */
    ScheduledExecutorService timer(String name);

    /**
     * Lets time pass.
     *
     * @param duration how long, in whole milliseconds
     * @throws InterruptedException if the thread is to end
     */
    default void pause(Duration duration) throws InterruptedException {
        wakeup().await(duration.toMillis());
    }
}
