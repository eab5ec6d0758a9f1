package convoy.worker.data.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.RowGroup;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The row groups used last, up to a number of bytes, each read once for all threads that want it; one more thread reads
 * ahead.
 */
final class RowGroupCache implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RowGroupCache.class.getName());

    private final DataSet data;
    private final long capacity;
    private final ExecutorService ahead;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();

    /** In the order of their last use. */
    @GuardedBy("this")
    private final Map<Integer, CompletableFuture<RowGroup>> kept = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("this")
    private final Set<Integer> expected = new HashSet<>();

    @GuardedBy("this")
    private long bytesKept;

    /** @param capacity in bytes; what is in use may exceed it */
    RowGroupCache(DataSet data, long capacity) {
        this.data = data;
        this.capacity = capacity;
        ahead = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "convoy-read-ahead");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The row group, read by the caller if no other thread has or does. */
    RowGroup get(int rowGroup) {
        CompletableFuture<RowGroup> mine = new CompletableFuture<>();
        CompletableFuture<RowGroup> present;
        synchronized (this) {
            present = kept.get(rowGroup);
            if (present == null) {
                kept.put(rowGroup, mine);
            }
        }
        if (present != null) {
            try {
                return present.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        return read(rowGroup, mine);
    }

    private RowGroup read(int rowGroup, CompletableFuture<RowGroup> future) {
        RowGroup rows;
        try {
            rows = data.read(rowGroup);
            keep(rows);
        } catch (RuntimeException | Error e) {
            // Whoever asks next tries again: a file system may recover.
            synchronized (this) {
                kept.remove(rowGroup);
            }
            future.completeExceptionally(e);
            throw e;
        }
        future.complete(rows);
        return rows;
    }

    /** Makes room for a row group that has just been read. */
    private void keep(RowGroup rows) {
        reads.incrementAndGet();
        bytesRead.addAndGet(rows.bytes().length);
        synchronized (this) {
            bytesKept += rows.bytes().length;
            Iterator<CompletableFuture<RowGroup>> oldest = kept.values().iterator();
            while (bytesKept > capacity && oldest.hasNext()) {
                CompletableFuture<RowGroup> candidate = oldest.next();
                if (candidate.isDone()) {
                    bytesKept -= candidate.join().bytes().length;
                    oldest.remove();
                }
            }
        }
    }

    /** Has it read in the background, unless it is there. */
    void expect(int rowGroup) {
        synchronized (this) {
            if (kept.containsKey(rowGroup) || !expected.add(rowGroup)) {
                return;
            }
        }
        try {
            // An error stays in the future: whoever needs the rows reads again and meets it there.
            Future<?> unused = ahead.submit(() -> {
                synchronized (this) {
                    expected.remove(rowGroup);
                }
                return get(rowGroup);
            });
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "Closed while row groups were still expected", e);
        }
    }

    long reads() {
        return reads.get();
    }

    long bytesRead() {
        return bytesRead.get();
    }

    @Override
    public void close() {
        ahead.shutdownNow();
    }
}
