package convoy.worker.loop;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A worker's line to the coordinator: what to do comes in, what was done goes out. */
public interface Coordination {
    /** The newest view known here. Returns at once. */
    View view();

    /** Asks the coordinator for its newest view, and returns at once; fails if it did not answer. */
    CompletableFuture<View> refresh();

    /** Has {@code action} called after each new view, on any thread, briefly. */
    void onNewView(Runnable action);

    /** Hands over metrics; when this returns the coordinator has them. */
    View report(StepReport report) throws InterruptedException;

    /**
     * Asks for the next block of the evaluation of {@code version}, handing over the block done last.
     *
     * @return what to do; {@link EvaluationTurn.Done} at once if this version is not to be evaluated
     */
    EvaluationTurn evaluation(long version, Optional<EvaluationMetrics> done) throws InterruptedException;
}
