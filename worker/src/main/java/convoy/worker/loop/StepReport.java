package convoy.worker.loop;

import java.util.List;

/**
 * What a worker did for a step since its last report. It is reported before it is pushed, so that the coordinator has
 * every figure of a step that a server completed, whoever dies in between.
 *
 * @param number counted from 1 by the worker, over all its reports; {@link Coordination#arrived} names it
 * @param incarnation of the servers that the gradients go to
 * @param step 0-based
 * @param metrics one for each micro-batch
 * @param times what it took
 */
public record StepReport(long number, long incarnation, long step, List<MicroBatchMetrics> metrics, Times times) {
    /**
     * What a report's micro-batches took, in nanoseconds.
     *
     * @param compute of the engine
     * @param dataWait for their batches
     * @param pullWait for this step's parameters; 0 in all but the step's first report
     */
    public record Times(long compute, long dataWait, long pullWait) {}

    public StepReport {
        metrics = List.copyOf(metrics);
    }
}
