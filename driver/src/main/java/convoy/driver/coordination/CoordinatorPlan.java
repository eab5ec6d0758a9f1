package convoy.driver.coordination;

import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the coordinator has to see to.
 *
 * @param microBatches of each step (V)
 * @param firstVersion the version that the run begins or goes on with
 * @param until steps below this one are to be done; it is also the last version
 * @param evaluations versions that are to be scored
 * @param evaluationBlocks blocks of rows of each evaluation
 * @param silentAfter time without a sign of life after which a worker's micro-batches are given to others
 * @param failures of a worker in a row, with nothing done in between, that end the run
 * @param trouble time without a step done after which lost executors, and failures that may pass, end the run
 * @param computed network and engine, for messages
 * @param begun whether steps were done by this call already, in a phase before
 */
@RecordBuilder
public record CoordinatorPlan(
        int microBatches,
        long firstVersion,
        long until,
        Set<Long> evaluations,
        int evaluationBlocks,
        Duration silentAfter,
        int failures,
        Duration trouble,
        String computed,
        boolean begun) {
    public CoordinatorPlan {
        evaluations = Set.copyOf(new TreeSet<>(evaluations));
        if (microBatches < 1 || firstVersion < 0 || until < firstVersion || failures < 1) {
            throw new IllegalArgumentException("no plan: " + Counts.plain(microBatches, "micro-batch", "micro-batches")
                    + ", versions " + firstVersion + " to " + until + ", " + Counts.plain(failures, "failure"));
        }
        if (!evaluations.isEmpty() && evaluationBlocks < 1) {
            throw new IllegalArgumentException("evaluations without rows: " + evaluations);
        }
    }
}
