package convoy.worker.loop;

import java.util.ArrayList;
import java.util.List;

/** What a worker has done since its last report. For one thread. */
final class StepEffort {
    private final List<MicroBatchMetrics> unreported = new ArrayList<>();
    private long computeNanos;
    private long dataWaitNanos;
    private long pullWaitNanos;
    private long reports;

    /** A micro-batch was computed. */
    void add(MicroBatchMetrics metrics, long waitedForData, long computed) {
        unreported.add(metrics);
        dataWaitNanos += waitedForData;
        computeNanos += computed;
    }

    /** Parameters were waited for. */
    void waitedForParameters(long nanos) {
        pullWaitNanos += nanos;
    }

    /** The step is given up; the time that it took is not. */
    void forgetFigures() {
        unreported.clear();
    }

    /** All of it; from now on there is nothing. */
    StepReport report(long incarnation, long step) {
        StepReport report = new StepReport(
                ++reports,
                incarnation,
                step,
                unreported,
                new StepReport.Times(computeNanos, dataWaitNanos, pullWaitNanos));
        unreported.clear();
        computeNanos = 0;
        dataWaitNanos = 0;
        pullWaitNanos = 0;
        return report;
    }
}
