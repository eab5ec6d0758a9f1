package convoy.worker.data.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.Slice;
import convoy.worker.data.transform.Transforms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the batches of a run ready ahead of the engine: reads row groups, decodes, augments and normalizes in threads of
 * its own. What a batch holds depends on (seed, step, micro-batch) alone, never on what was asked before. Safe for use by
 * several threads.
 *
 * <p>Of the micro-batches that are expected, the first few in the order of (step, micro-batch) are made or ready, as many
 * as the queue holds; one that is made obsolete by expecting an earlier one is dropped and made again when its turn comes.
 */
public final class BatchPipeline implements Batches {
    /** Expectations beyond this number are forgotten, the latest first: they are hints. */
    private static final int MOST_EXPECTED = 1024;

    private final EpochOrder order;
    private final RowGroupCache rowGroups;
    private final BatchMaker maker;
    private final Finish finish;
    private final long seed;
    private final int queue;
    private final OnBadRow onBad;
    private final List<Thread> threads = new ArrayList<>();

    /** What is expected and not taken yet. */
    @GuardedBy("this")
    private final NavigableMap<Key, Expected> expected = new TreeMap<>();

    @GuardedBy("this")
    private boolean closed;

    /** What ended a thread, so that not everything that is expected will be made; empty: nothing has. */
    @GuardedBy("this")
    private Optional<Throwable> broken = Optional.empty();

    @GuardedBy("this")
    private long batches;

    @GuardedBy("this")
    private long rows;

    @GuardedBy("this")
    private long waitedNanos;

    @GuardedBy("this")
    private long waits;

    private record Key(long step, int microBatch) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::step).thenComparingInt(Key::microBatch);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** How far an expected batch is. */
    private sealed interface Expected {
        /** The batch for whoever takes it now; empty: he makes it himself. */
        Optional<Batch> taken();

        /** Nobody makes it yet. */
        record Waiting() implements Expected {
            @Override
            public Optional<Batch> taken() {
                return Optional.empty();
            }
        }

        /** A thread makes it. */
        record Making() implements Expected {
            @Override
            public Optional<Batch> taken() {
                throw new IllegalStateException("taken while a thread makes it");
            }
        }

        record Ready(Batch batch) implements Expected {
            @Override
            public Optional<Batch> taken() {
                return Optional.of(batch);
            }
        }

        record Failed(RuntimeException cause) implements Expected {
            @Override
            public Optional<Batch> taken() {
                throw cause;
            }
        }
    }

    /**
     * @param data where the pictures come from
     * @param order which rows make up which micro-batch
     * @param transforms from picture to input
     * @param seed of augmentation, which random transforms and mixtures depend on
     * @param options how far to read ahead
     * @throws convoy.records.BadInputException if the transforms do not suit the data set
     */
    public BatchPipeline(DataSet data, EpochOrder order, Transforms transforms, long seed, PipelineOptions options) {
        this(data, order, transforms, Finish.none(), seed, options);
    }

    /**
     * The same with mixtures or weights.
     *
     * @param data the data set
     * @param order which rows make up which micro-batch
     * @param transforms from picture to input
     * @param finish what is done to each micro-batch as a whole
     * @param seed of augmentation, which random transforms and mixtures depend on
     * @param options how far to read ahead
     */
    public BatchPipeline(
            DataSet data, EpochOrder order, Transforms transforms, Finish finish, long seed, PipelineOptions options) {
        this.order = order;
        this.finish = finish;
        this.seed = seed;
        rowGroups = new RowGroupCache(data, (long) options.cacheMegabytes() << 20);
        maker = new BatchMaker(data, rowGroups, transforms, seed);
        queue = options.queue();
        onBad = options.onBad();
        for (int i = 0; i < options.threads(); i++) {
            Thread thread = new Thread(this::work, "convoy-batches-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Never blocks; the batch is made once there is room in the queue, lower steps first. */
    @Override
    public synchronized void expect(long step, int microBatch) {
        expected.putIfAbsent(new Key(step, microBatch), new Expected.Waiting());
        if (expected.size() > MOST_EXPECTED) {
            expected.pollLastEntry();
        }
        notifyAll();
    }

    @Override
    public Batch take(long step, int microBatch) throws InterruptedException {
        long start = System.nanoTime();
        Key key = new Key(step, microBatch);
        Optional<Batch> ready = await(key);
        Batch batch = ready.isPresent() ? ready.get() : make(key);
        synchronized (this) {
            batches++;
            rows += batch.examples();
            waitedNanos += System.nanoTime() - start;
        }
        return batch;
    }

    /** The batch that the threads made, or nothing if none of them has begun: then the caller makes it. */
    private synchronized Optional<Batch> await(Key key) throws InterruptedException {
        expected.headMap(new Key(key.step(), 0)).clear();
        notifyAll();
        if (peek(key.step(), key.microBatch()).isEmpty()) {
            waits++;
        }
        while (true) {
            if (closed) {
                throw new IllegalStateException("the pipeline is closed");
            }
            if (broken.isPresent()) {
                throw new IllegalStateException("a thread that makes batches ended: " + broken.get(), broken.get());
            }
            Expected entry = expected.get(key);
            if (entry instanceof Expected.Making) {
                wait();
                continue;
            }
            expected.remove(key);
            notifyAll();
            return entry == null ? Optional.empty() : entry.taken();
        }
    }

    private Batch make(Key key) {
        Slice slice = order.slice(key.step(), key.microBatch());
        ReadBatch read = maker.read(slice);
        Batch batch = read.usable(onBad)
                .orElseThrow(() -> new BadInputException("no picture of micro-batch " + key.microBatch() + " of step "
                        + key.step() + " can be decoded, the first is "
                        + read.undecoded().get(0).line()
                        + ": import again, or raise micro-batch"));
        for (int rowGroup : order.ahead(key.step(), key.microBatch())) {
            rowGroups.expect(rowGroup);
        }
        Batch mixed = finish.mixes().isEmpty() ? batch : mixed(batch, key);
        return finish.weights()
                .map(weights -> mixed.weighted(weights.of(key.step())))
                .orElse(mixed);
    }

    private Batch mixed(Batch batch, Key key) {
        RandomStream random = RandomStream.of(seed, "mix", key.step(), key.microBatch());
        Mix mix = finish.mixes().get(random.nextInt(finish.mixes().size()));
        return random.nextDouble() < mix.probability()
                ? mix.apply(batch, maker.shape().height(), maker.shape().width(), random)
                : batch;
    }

    private void work() {
        try {
            while (true) {
                Key key = next();
                Expected result;
                try {
                    result = new Expected.Ready(make(key));
                } catch (RuntimeException e) {
                    result = new Expected.Failed(e);
                } catch (Error e) {
                    // Out of memory, most likely: whoever waits for the batch must hear of it.
                    result = new Expected.Failed(new IllegalStateException("a batch could not be made: " + e, e));
                }
                finish(key, result);
            }
        } catch (InterruptedException e) {
            // Closing ends the thread.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Whoever waits for what this thread was about to make must hear of it.
            end(e);
        }
    }

    private synchronized void end(Throwable failure) {
        broken = Optional.of(failure);
        notifyAll();
    }

    private synchronized Key next() throws InterruptedException {
        while (true) {
            if (closed) {
                throw new InterruptedException("closed");
            }
            int inQueue = 0;
            for (Map.Entry<Key, Expected> entry : expected.entrySet()) {
                if (++inQueue > queue) {
                    break;
                }
                if (entry.getValue() instanceof Expected.Waiting) {
                    entry.setValue(new Expected.Making());
                    return entry.getKey();
                }
            }
            wait();
        }
    }

    /** A batch that was begun before earlier ones were expected gives up its place. */
    @GuardedBy("this")
    private void dropBeyondQueue() {
        int at = 0;
        for (Map.Entry<Key, Expected> entry : expected.entrySet()) {
            if (++at > queue && entry.getValue() instanceof Expected.Ready) {
                entry.setValue(new Expected.Waiting());
            }
        }
    }

    private synchronized void finish(Key key, Expected result) {
        // Dropped in the meantime, if the entry is gone.
        expected.computeIfPresent(key, (same, before) -> result);
        dropBeyondQueue();
        notifyAll();
    }

    /** How many batches wait to be taken. */
    synchronized int ready() {
        return (int) expected.values().stream()
                .filter(Expected.Ready.class::isInstance)
                .count();
    }

    @Override
    public synchronized Optional<Batch> peek(long step, int microBatch) {
        return expected.get(new Key(step, microBatch)) instanceof Expected.Ready ready
                ? Optional.of(ready.batch())
                : Optional.empty();
    }

    /** What it did so far. */
    synchronized PipelineStatistics statistics() {
        return new PipelineStatistics(batches, rows, waitedNanos, waits, rowGroups.reads(), rowGroups.bytesRead());
    }

    /** Stops the threads and releases native memory. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            expected.clear();
            notifyAll();
        }
        rowGroups.close();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        maker.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
