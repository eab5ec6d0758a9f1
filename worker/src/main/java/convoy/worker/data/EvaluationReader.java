package convoy.worker.data;

import java.util.Optional;

/**
 * Reads a stretch of a data set in stored order, for evaluation: every row once, nothing random. Batches are made ready
 * in threads of its own, a bounded number ahead.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class EvaluationReader implements AutoCloseable {
    /**
     * @param data where the pictures come from
     * @param transforms what is made of each, taken as {@link Transforms#forEvaluation()}
     * @param begin the first row, from 0
     * @param end the row after the last
     * @param batchSize the examples of each batch; the last one may have fewer
     * @param options how far to read ahead
     */
    public EvaluationReader(
            DataSet data, Transforms transforms, long begin, long end, int batchSize, PipelineOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * The next batch, empty after the last row.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public Optional<Batch> next() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Stops the threads and releases native memory. */
    @Override
    public void close() {}
}
