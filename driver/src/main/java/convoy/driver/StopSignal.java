package convoy.driver;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.ShutdownHookManager;
import scala.runtime.AbstractFunction0;
import scala.runtime.BoxedUnit;

/**
 * Turns SIGTERM and SIGINT into a wish to stop: before Spark ends its context, which it would do at once, the run gets the
 * time to finish its step and to write a checkpoint.
 */
final class StopSignal {
    /** Spark's hooks run from the highest priority down; its context has 50. */
    private static final int BEFORE_THE_CONTEXT = 90;
    /** Hadoop, which runs Spark's hooks, gives them 30 s. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object hook;

    private StopSignal(Runnable stop) {
        this.hook = ShutdownHookManager.addShutdownHook(BEFORE_THE_CONTEXT, new AbstractFunction0<BoxedUnit>() {
            @Override
            public BoxedUnit apply() {
                stop.run();
                try {
                    if (!ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                        System.err.println("The step did not end within " + GRACE.toSeconds()
                                + " s; the run can be resumed from its last checkpoint.");
                    }
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return BoxedUnit.UNIT;
            }
        });
    }

    /** Has {@code stop} called when the process is asked to end, which then waits for {@link #close}. */
    static StopSignal watch(Runnable stop) {
        return new StopSignal(stop);
    }

    /** The run has ended; the process may. */
    void close() {
        ended.countDown();
        if (!ShutdownHookManager.inShutdown()) {
            ShutdownHookManager.removeShutdownHook(hook);
        }
    }
}
