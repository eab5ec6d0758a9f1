package convoy.worker.data.batch;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.order.Slice;
import convoy.worker.data.transform.Transforms;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads a stretch of a data set in stored order, for evaluation: every row once, nothing random. Batches are made ready
 * in threads of its own, a bounded number ahead. For one thread at a time.
 */
public final class EvaluationReader implements AutoCloseable {
    private final DataSet data;
    private final long end;
    private final int batchSize;
    private final int queue;
    private final OnBadRow onBad;
    private final RowGroupCache rowGroups;
    private final BatchMaker maker;
    private final ExecutorService threads;
    private final Queue<Future<ReadBatch>> ready = new ArrayDeque<>();
    private long next;

    /**
     * @param data where the pictures come from
     * @param transforms what is made of each, taken as {@link Transforms#forEvaluation()}
     * @param begin the first row, from 0
     * @param end the row after the last
     * @param batchSize the examples of each batch; the last one may have fewer
     * @param options how far to read ahead
     * @throws BadInputException if the transforms do not suit the data set
     */
    public EvaluationReader(
            DataSet data, Transforms transforms, long begin, long end, int batchSize, PipelineOptions options) {
        if (begin < 0 || begin > end || end > data.rows() || batchSize < 1) {
            throw new IllegalArgumentException(
                    "rows [" + begin + ", " + end + ") of " + data.rows() + " in batches of " + batchSize);
        }
        this.data = data;
        this.end = end;
        this.batchSize = batchSize;
        queue = options.queue();
        onBad = options.onBad();
        next = begin;
        rowGroups = new RowGroupCache(data, (long) options.cacheMegabytes() << 20);
        maker = new BatchMaker(data, rowGroups, transforms.forEvaluation(), 0);
        threads = Executors.newFixedThreadPool(options.threads(), task -> {
            Thread thread = new Thread(task, "convoy-evaluation-batches");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * {@return the next batch in which a picture is to be scored, empty after the last row}
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws BadInputException if a row cannot be read, or its picture not be decoded and not left out
     */
    public Optional<Batch> next() throws InterruptedException {
        while (true) {
            Optional<ReadBatch> read = nextRead();
            Optional<Batch> usable = read.flatMap(batch -> batch.usable(onBad));
            if (read.isEmpty() || usable.isPresent()) {
                return usable;
            }
        }
    }

    /**
     * {@return the same for whoever goes on where a picture cannot be decoded}
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws BadInputException if a row cannot be read
     */
    public Optional<ReadBatch> nextRead() throws InterruptedException {
        while (next < end && ready.size() < queue) {
            long from = next;
            long to = Math.min(end, from + batchSize);
            next = to;
            ready.add(threads.submit(() -> maker.read(slice(from, to))));
        }
        Future<ReadBatch> first = ready.poll();
        if (first == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(first.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a batch could not be made", e.getCause());
        }
    }

    private Slice slice(long from, long to) {
        int size = (int) (to - from);
        int[] groups = new int[size];
        int[] rows = new int[size];
        int group = data.rowGroupOf(from);
        for (int i = 0; i < size; i++) {
            while (from + i >= data.rowGroupStart(group + 1)) {
                group++;
            }
            groups[i] = group;
            rows[i] = (int) (from + i - data.rowGroupStart(group));
        }
        if (group + 1 < data.rowGroupCount() && data.rowGroupStart(group + 1) < end) {
            rowGroups.expect(group + 1);
        }
        return new Slice(groups, rows, new int[size]);
    }

    /** Stops the threads and releases native memory. */
    @Override
    public void close() {
        threads.shutdownNow();
        rowGroups.close();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        maker.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
