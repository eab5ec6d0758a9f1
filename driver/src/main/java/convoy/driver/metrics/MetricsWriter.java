package convoy.driver.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.lease.GuardedFileSystem;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import convoy.records.text.Counts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * Writes a run's metrics by a thread of its own, so that a file system that is slow or away holds up nobody. What it could not write it
 * keeps, opens the files anew, and writes it there; after a time of that it gives up, which the run is told when it looks.
 *
 * <p>Safe for use by several threads, except for its end.
 */
public final class MetricsWriter {
    /** So long lines may wait for others, to be written with them. */
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
    /** Of text that could not be written yet, and about as much again of scalars. */
    private static final int MOST_ENTRIES = 200_000;

    /** Something to be written. */
    @FunctionalInterface
    private interface Entry {
        void write(MetricsFiles files) throws IOException;
    }

    private final Run run;
    private final Clock clock;
    private volatile Duration patience;
    private final ScheduledExecutorService thread;

    /** What is not sure to be in the files, the oldest first. */
    @GuardedBy("this")
    private final Deque<Entry> unsure = new ArrayDeque<>();

    /** Who waits for it: each until so many entries are sure, counted from the beginning. */
    @GuardedBy("this")
    private final List<Waiting> waiting = new ArrayList<>();

    @GuardedBy("this")
    private final List<String> news = new ArrayList<>();

    @GuardedBy("this")
    private long added;

    @GuardedBy("this")
    private long sure;

    @GuardedBy("this")
    private boolean planned;

    @GuardedBy("this")
    private Optional<IOException> failure = Optional.empty();

    /** Of the writer's thread: the files; empty: they are to be opened anew. */
    private Optional<MetricsFiles> files;

    /** Of the writer's thread: how many lines of the log are sure to be there. */
    private long lines;

    /** Of the writer's thread: since when it could not write. */
    private Optional<Long> troubleSince = Optional.empty();

    private int tries;

    private int openings;

    private record Waiting(long entries, CompletableFuture<Void> done) {}

    private MetricsWriter(Run run, Clock clock, Duration patience, MetricsLog log) {
        this.run = run;
        this.clock = clock;
        this.patience = patience;
        this.lines = log.lines();
        this.files = Optional.of(new MetricsFiles(run, openings, log));
        this.thread = clock.timer("convoy-metrics");
    }

    /**
     * Where a run's metrics are.
     *
     * @param fileSystem that asks the run's lease
     * @param directory of the run
     * @param epoch of the driver that writes
     * @param from updates applied; lines of later steps are dropped
     */
    public record Run(GuardedFileSystem fileSystem, Path directory, long epoch, long from) {
        Path log() {
            return new Path(directory, MetricsLog.FILE);
        }
    }

    /**
     * Opens the files, keeping what was written up to where the run goes on.
     *
     * @param run where they are
     * @param clock by which it waits, and whose thread it has
     * @param patience how long it tries to write
     * @param kept hears of each line that is kept, in their order
     * @return the writer, to be ended
     * @throws IOException if they cannot be opened, which at the beginning is not tried again
     */
    public static MetricsWriter open(Run run, Clock clock, Duration patience, Consumer<StoredLine> kept)
            throws IOException {

        MetricsLog log = MetricsLog.open(run.fileSystem(), run.log(), run.epoch(), run.from(), kept);
        return new MetricsWriter(run, clock, patience, log);
    }

    /**
     * Has a line written.
     *
     * @param line any
     */
    public void add(MetricsLine line) {
        add(files -> files.line(line));
    }

    /**
     * Has scalars written for TensorBoard.
     *
     * @param step updates applied
     * @param values by tag
     */
    public void add(long step, Map<String, Double> values) {
        double seconds = clock.now().toEpochMilli() / 1000.0;
        add(files -> files.scalars(seconds, step, values));
    }

    private synchronized void add(Entry entry) {
        if (failure.isPresent()) {
            return;
        }
        unsure.add(entry);
        added++;
        if (unsure.size() > MOST_ENTRIES) {
            giveUp(new IOException(Counts.plain(unsure.size(), "line") + " could not be written"));
        } else if (!planned) {
            plan(TOGETHER);
        }
    }

    @GuardedBy("this")
    private void plan(Duration wait) {
        planned = true;
        Future<?> unused = thread.schedule(this::write, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * {@return done once the files hold all that was added so far, whatever becomes of this process; fails with an {@link IOException} if
     * that is given up}
     */
    public synchronized CompletableFuture<Void> written() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (failure.isPresent()) {
            done.completeExceptionally(failure.get());
        } else if (sure == added) {
            done.complete(null);
        } else {
            waiting.add(new Waiting(added, done));
            plan(Duration.ZERO);
        }
        return done;
    }

    /** {@return what a person should know since it was last asked, a line each} */
    public synchronized List<String> news() {
        List<String> told = List.copyOf(news);
        news.clear();
        return told;
    }

    /**
     * Looks whether it still tries.
     *
     * @throws IOException why it has given up
     */
    public synchronized void check() throws IOException {
        if (failure.isPresent()) {
            throw new IOException(failure.get().getMessage(), failure.get());
        }
    }

    /** On the writer's thread. */
    private void write() {
        List<Entry> entries;
        synchronized (this) {
            planned = false;
            if (failure.isPresent()) {
                return;
            }
            entries = List.copyOf(unsure);
        }
        try {
            if (files.isEmpty()) {
                MetricsLog log = MetricsLog.reopen(run.fileSystem(), run.log(), run.epoch(), lines);
                files = Optional.of(new MetricsFiles(run, ++openings, log));
            }
            for (Entry entry : entries) {
                entry.write(files.get());
            }
            lines = files.get().flush();
            written(entries.size());
        } catch (IOException failed) {
            failed(failed);
        } catch (RuntimeException | Error broken) {
            // Nobody else would hear of it.
            giveUp(new IOException("the metrics' writer failed: " + broken, broken));
            throw broken;
        }
    }

    private void written(int entries) {
        List<Waiting> done = new ArrayList<>();
        synchronized (this) {
            for (int i = 0; i < entries; i++) {
                unsure.remove();
            }
            sure += entries;
            for (Waiting waits : List.copyOf(waiting)) {
                if (waits.entries() <= sure) {
                    waiting.remove(waits);
                    done.add(waits);
                }
            }
            troubleSince.ifPresent(since -> news.add("metrics are written again, after "
                    + Counts.plain(Duration.ofNanos(clock.nanoTime() - since).toSeconds(), "second")));
        }
        troubleSince = Optional.empty();
        tries = 0;
        done.forEach(waits -> waits.done().complete(null));
    }

    private void failed(IOException failed) {
        long now = clock.nanoTime();
        try {
            if (files.isPresent()) {
                files.get().close();
            }
        } catch (IOException again) {
            if (again != failed) {
                failed.addSuppressed(again);
            }
        }
        files = Optional.empty();
        long since = troubleSince.orElse(now);
        if (now - since >= patience.toNanos()) {
            giveUp(failed);
            return;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(tries, 10));
        tries++;
        synchronized (this) {
            if (troubleSince.isEmpty()) {
                news.add("metrics cannot be written now: " + FileAccess.reason(failed)
                        + "; training goes on, and it is tried again for "
                        + Counts.plain(patience.toSeconds(), "second"));
            }
            plan(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
        }
        troubleSince = Optional.of(since);
    }

    private void giveUp(IOException reason) {
        List<Waiting> vain;
        synchronized (this) {
            failure = failure.or(() -> Optional.of(reason));
            vain = List.copyOf(waiting);
            waiting.clear();
            unsure.clear();
        }
        vain.forEach(waits -> waits.done().completeExceptionally(reason));
    }

    /** The run has failed: what cannot be written at once is given up, so that its end does not wait. */
    public void hurry() {
        patience = Duration.ZERO;
    }

    /**
     * Writes what there is, and closes the files.
     *
     * @param most is waited for that
     * @throws IOException if not all could be written
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void end(Duration most) throws IOException, InterruptedException {
        CompletableFuture<Void> all = written();
        Wakeup wakeup = clock.wakeup();
        var unused = all.whenComplete((done, failed) -> wakeup.signal());
        long begun = clock.nanoTime();
        while (!all.isDone() && clock.nanoTime() - begun < most.toNanos()) {
            wakeup.await(100);
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        var unusedToo = closed.whenComplete((done, failed) -> wakeup.signal());
        thread.execute(() -> closed.complete(null));
        while (!closed.isDone() && clock.nanoTime() - begun < most.toNanos()) {
            wakeup.await(100);
        }
        thread.shutdownNow();
        check();
        if (!all.isDone() || !closed.isDone()) {
            throw new IOException("not all could be written within " + Counts.plain(most.toSeconds(), "second"));
        }
        // The thread has nothing to do any more.
        if (files.isPresent()) {
            files.get().close();
        }
    }
}
