package convoy.worker.loop;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A worker's line to the coordinator: what to do comes in, what was done goes out. */
public interface Coordination {
    /** {@return the newest view known here, at once} */
    View view();

    /**
     * Asks the coordinator for its newest view, and returns at once; fails if it did not answer.
     *
     * @return the view
     */
    CompletableFuture<View> refresh();

    /**
     * Has {@code action} called after each new view, on any thread, briefly.
     *
     * @param action does not block
     */
    void onNewView(Runnable action);

    /**
     * Hands over metrics; when this returns the coordinator has them.
     *
     * @param report of one step
     * @return the newest view
     * @throws InterruptedException if interrupted while waiting
     */
    View report(StepReport report) throws InterruptedException;

    /**
     * The servers have all that this worker has reported up to a report. Returns at once; the coordinator hears of it soon.
     *
     * @param number of the report
     */
    void arrived(long number);

    /**
     * Asks for the next block of the evaluation of {@code version}, handing over the block done last.
     *
     * @param version of the parameters to be scored
     * @param done the figures of the block done last; empty at first
     * @return what to do; {@link EvaluationTurn.Done} at once if this version is not to be evaluated
     * @throws InterruptedException if interrupted while waiting
     */
    EvaluationTurn evaluation(long version, Optional<EvaluationMetrics> done) throws InterruptedException;
}
