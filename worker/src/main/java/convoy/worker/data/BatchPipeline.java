package convoy.worker.data;

/**
 * Makes the batches of a run ready ahead of the engine: reads row groups, decodes, augments and normalizes in threads of
 * its own. What a batch holds depends on (seed, step, micro-batch) alone, never on what was asked before. Safe for use by
 * several threads.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class BatchPipeline implements AutoCloseable {
    /**
     * @param data where the pictures come from
     * @param order which rows make up which micro-batch
     * @param transforms from picture to input
     * @param seed the run's seed, which the random transforms depend on
     * @param options how far to read ahead
     */
    public BatchPipeline(DataSet data, EpochOrder order, Transforms transforms, long seed, PipelineOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says that this micro-batch will be wanted. Never blocks; it is made once there is room in the queue, lower steps
     * first.
     */
    public void expect(long step, int microBatch) {
        throw new UnsupportedOperationException();
    }

    /**
     * The batch, waiting for it if need be. Also right, if slower, for a micro-batch that nobody expected. What was
     * expected for earlier steps and not taken is dropped.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public Batch take(long step, int microBatch) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** What it did so far. */
    public PipelineStatistics statistics() {
        throw new UnsupportedOperationException();
    }

    /** Stops the threads and releases native memory. */
    @Override
    public void close() {}
}
