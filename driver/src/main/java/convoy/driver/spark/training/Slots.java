package convoy.driver.spark.training;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.spark.SparkApplication;
import convoy.parameterserver.time.Clock;
import convoy.records.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;

/**
 * How many workers an application has room for, given out to runs whole: a run begins once all of its workers have a place, and those who
 * wait get theirs in the order in which they came, so that no two runs wait with half of their workers for each other's places, and a large
 * one is not passed by small ones for ever.
 *
 * <p>Safe for use by several threads.
 */
public final class Slots {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final IntSupplier room;
    private final Clock clock;

    @GuardedBy("this")
    private final Queue<Taken> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int taken;

    /**
     * @param room for how many tasks there is in all; may change
     * @param clock by which is waited
     */
    Slots(IntSupplier room, Clock clock) {
        this.room = room;
        this.clock = clock;
    }

    /**
     * {@return those of an application: as many tasks as Spark would run at a time now, with its cores, GPUs and what of both a task takes}
     *
     * @param spark the application
     */
    public static Slots of(SparkApplication spark) {
        SparkContext context = spark.context().sc();
        return new Slots(
                () -> context.maxNumConcurrentTasks(
                        context.resourceProfileManager().defaultResourceProfile()),
                SparkCluster.CLOCK);
    }

    /** {@return for how many workers there is room in all, at this moment; 0 while no executor has come} */
    public int room() {
        return room.getAsInt();
    }

    /**
     * Waits for room for a run's workers. One that has more than there is room for waits for everything, and begins with those that fit.
     *
     * @param workers at least 1
     * @return to be closed when the run is over
     * @throws InterruptedException if the run is to be given up meanwhile; then nothing is taken
     */
    public Taken take(int workers) throws InterruptedException {
        Refusal.requireAtLeast("workers", workers, 1, "a run has one or more");
        Taken mine = new Taken(workers);
        synchronized (this) {
            waiting.add(mine);
        }
        boolean begins = false;
        try {
            while (!mayBegin(mine)) {
                clock.pause(LOOK);
            }
            begins = true;
        } finally {
            if (!begins) {
                synchronized (this) {
                    waiting.remove(mine);
                }
            }
        }
        return mine;
    }

    private boolean mayBegin(Taken asked) {
        int all = room();
        synchronized (this) {
            if (waiting.peek() != asked || (taken > 0 && taken + asked.workers > all)) {
                return false;
            }
            waiting.remove();
            taken += asked.workers;
            return true;
        }
    }

    private synchronized void giveBack(int workers) {
        taken -= workers;
    }

    /** Places that a run has. */
    public final class Taken implements AutoCloseable {
        private final int workers;

        @GuardedBy("this")
        private boolean closed;

        private Taken(int workers) {
            this.workers = workers;
        }

        /** Gives them back; a second call does nothing. */
        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            giveBack(workers);
        }
    }
}
