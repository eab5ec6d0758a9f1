package convoy.worker.data.batch;

import java.util.Optional;

/** Gives the batches of a run: what one holds depends on (step, micro-batch) alone. */
public interface Batches extends AutoCloseable {
    /**
     * Says that this micro-batch will be wanted: a hint.
     *
     * @param step counted from 0 through all epochs
     * @param microBatch counted from 0 within the step
     */
    void expect(long step, int microBatch);

    /**
     * Gives a batch, waiting for it if need be. Also right, if slower, for a micro-batch that nobody expected. What was
     * expected for earlier steps and not taken is dropped.
     *
     * @param step counted from 0 through all epochs
     * @param microBatch counted from 0 within the step
     * @return the batch
     * @throws InterruptedException if interrupted while waiting
     * @throws convoy.records.BadInputException if a row cannot be read
     */
    Batch take(long step, int microBatch) throws InterruptedException;

    /**
     * {@return the batch if it has been made and not taken; it stays where it is}
     *
     * @param step counted from 0 through all epochs
     * @param microBatch counted from 0 within the step
     */
    Optional<Batch> peek(long step, int microBatch);

    /** Frees what it holds; nothing is taken any more. */
    @Override
    void close();
}
