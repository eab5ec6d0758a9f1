package convoy.worker.engine.libtorch.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Copies between Java's arrays and memory that a GPU reads itself. One core moves some 10 GB/s, a GPU's bus five times that: long
 * copies are shared out among a few threads, which all engines of the process have together.
 */
final class HostCopies {
    /** Floats that one thread copies at a time: below, waking another costs as much as it saves. */
    private static final int PIECE = 1 << 18;

    private static final int MOST_THREADS = 8;

    /** By the thread that asks for them alone: beside a processor's engine, whose threads are counted. */
    static final HostCopies ALONE = new HostCopies(1);

    /** With all threads, for a GPU, beside which they have nothing else to do. */
    static final HostCopies SHARED = new HostCopies(
            Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors() / 2)));

    private final int threads;
    private final ExecutorService helpers;

    /** @param threads that copy at the same time; they end when they have had nothing to do for a while */
    HostCopies(int threads) {
        this.threads = threads;
        this.helpers = helpers(threads);
    }

    private static ExecutorService helpers(int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), HostCopies::thread);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "libtorch-host-copy");
        thread.setDaemon(true);
        return thread;
    }

    /** Copies from an array to memory. */
    void put(float[] from, int begin, FloatPointer to, long at, int length) {
        inPieces(length, (offset, count) -> {
            // Not closed: that would release what it is a copy of.
            new FloatPointer(to).position(at + offset).put(from, begin + offset, count);
        });
    }

    /** Copies from memory to an array. */
    void get(FloatPointer from, long at, float[] to, int begin, int length) {
        inPieces(length, (offset, count) -> {
            new FloatPointer(from).position(at + offset).get(to, begin + offset, count);
        });
    }

    private interface Piece {
        void copy(int offset, int count);
    }

    private void inPieces(int length, Piece piece) {
        if (length < 2 * PIECE || threads == 1) {
            piece.copy(0, length);
            return;
        }
        int pieces = Math.min(threads, length / PIECE);
        List<Future<?>> others = new ArrayList<>();
        Optional<Throwable> failure;
        try {
            for (int i = 1; i < pieces; i++) {
                int begin = (int) ((long) i * length / pieces);
                int end = (int) ((i + 1L) * length / pieces);
                others.add(helpers.submit(() -> piece.copy(begin, end - begin)));
            }
            piece.copy(0, (int) ((long) length / pieces));
        } finally {
            failure = others.stream()
                    .map(HostCopies::await)
                    .flatMap(Optional::stream)
                    .reduce((first, later) -> first);
        }
        failure.ifPresent(cause -> {
            throw new IllegalStateException("a copy in the host's memory failed", cause);
        });
    }

    /** Neither array nor memory may be given away before all have left them, be it that they failed; returns why one did. */
    private static Optional<Throwable> await(Future<?> other) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    other.get();
                    return Optional.empty();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return Optional.of(e.getCause() == null ? e : e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
