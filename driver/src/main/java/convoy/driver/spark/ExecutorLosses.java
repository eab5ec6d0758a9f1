package convoy.driver.spark;

import convoy.driver.membership.Switchboard;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Passes on which executors Spark says are gone. */
final class ExecutorLosses extends SparkListener {
    private final Switchboard membership;

    /** @param membership is told */
    ExecutorLosses(Switchboard membership) {
        this.membership = membership;
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        membership.executorLost(event.executorId(), event.reason());
    }
}
