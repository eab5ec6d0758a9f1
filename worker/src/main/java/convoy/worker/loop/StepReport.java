package convoy.worker.loop;

import java.util.List;

/**
 * What a worker did for a step since its last report. It is reported before it is pushed, so that the coordinator has
 * every figure of a step that a server completed, whoever dies in between.
 *
 * @param incarnation of the servers that the gradients go to
 * @param step 0-based
 * @param metrics one for each micro-batch
 * @param computeNanos time the engine took for them
 * @param dataWaitNanos time they waited for their batches
 * @param pullWaitNanos time the worker waited for this step's parameters; 0 in all but the step's first report
 */
public record StepReport(
        long incarnation,
        long step,
        List<MicroBatchMetrics> metrics,
        long computeNanos,
        long dataWaitNanos,
        long pullWaitNanos) {
    public StepReport {
        metrics = List.copyOf(metrics);
    }
}
