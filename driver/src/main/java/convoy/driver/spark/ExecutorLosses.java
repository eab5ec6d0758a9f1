package convoy.driver.spark;

import convoy.driver.membership.Membership;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Passes on which executors Spark says are gone. */
final class ExecutorLosses extends SparkListener {
    private final Membership membership;

    /** @param membership is told */
    ExecutorLosses(Membership membership) {
        this.membership = membership;
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        membership.executorLost(event.executorId(), event.reason());
    }
}
