package convoy.driver.spark.training;

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
    /** Spark's hooks run from the highest priority down; its context has 50, a local executor 100. */
    private static final int BEFORE_SPARK = 1000;
    /** Hadoop, which runs Spark's hooks, gives them 30 s. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    /** In which the caller can tell how the run ended. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object hook;
    private volatile Runnable stop = () -> {};

    /** Watches from now on: a process that is asked to end waits for {@link #close}. */
    StopSignal() {
        this.hook = ShutdownHookManager.addShutdownHook(BEFORE_SPARK, new AbstractFunction0<BoxedUnit>() {
            @Override
            public BoxedUnit apply() {
                stop.run();
                try {
                    if (!ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                        System.err.println("The step did not end within " + GRACE.toSeconds()
                                + " s; the run can be resumed from its last checkpoint.");
                    }
                    Thread.sleep(LAST_WORDS.toMillis());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return BoxedUnit.UNIT;
            }
        });
    }

    /** Has {@code action} called when the process is asked to end. */
    void onStop(Runnable action) {
        stop = action;
    }

    /** The run has ended; the process may. */
    void close() {
        ended.countDown();
        if (!ShutdownHookManager.inShutdown()) {
            ShutdownHookManager.removeShutdownHook(hook);
        }
    }
}
