package convoy.worker.loop;

import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A sum whose partitions leave for the servers while the gradient of its last micro-batch is still being made: all but the
 * first partition, which waits until the metrics are reported, since without it no server completes the step.
 *
 * <p>What leaves before the report has not heard the report's answer, which may say that the step is not wanted any more. So
 * a view that was asked for after the step began must say that it is: as long as the coordinator misses this worker's
 * metrics, it ends the run after this step at the earliest.
 *
 * <p>For one thread at a time.
 */
final class Departure {
    private final SubtreeSum.Growing growing;
    private final ParameterLayout layout;
    private final PartitionRequests requests;
    private final CompletableFuture<View> fresh;
    private final Predicate<View> wanted;

    /** Partitions below this one have not left. */
    private int left;

    /**
     * Nothing has left yet.
     *
     * @param requests that push the sum
     * @param fresh a view that is asked for now
     * @param wanted whether a view wants the step
     */
    Departure(
            SubtreeSum.Growing growing,
            ParameterLayout layout,
            PartitionRequests requests,
            CompletableFuture<View> fresh,
            Predicate<View> wanted) {
        this.growing = growing;
        this.layout = layout;
        this.requests = requests;
        this.fresh = fresh;
        this.wanted = wanted;
        this.left = layout.partitions();
    }

    Subtree subtree() {
        return growing.subtree();
    }

    /** The gradient is final from {@code begin} on. Called by a thread for which the loop's waits. */
    void doneFrom(int begin) {
        if (!fresh.isDone() || fresh.isCompletedExceptionally() || !wanted.test(fresh.join())) {
            return;
        }
        while (left > 1 && layout.partition(left - 1).begin() >= begin) {
            left--;
            growing.sum(layout.partition(left).begin());
            requests.send(left);
        }
    }

    /** Sends what has not left. */
    PartitionRequests sendRest() {
        requests.sendBelow(left);
        return requests;
    }

    /** Gives up what has left. */
    void cancel() {
        requests.cancel();
    }
}
