package convoy.jobs.progress;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A line every few seconds, for logs: nothing is written over. */
final class LineProgress implements ProgressDisplay {
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(5);

    private final String title;
    private final long total;
    private final PrintWriter err;
    private final LongSupplier nanoTime;

    /** When the last line was printed; guarded by this, as is all below. */
    private long lastPrinted;

    private long done;
    private String figures = "";
    private boolean unprinted;

    LineProgress(String title, long total, PrintWriter err, LongSupplier nanoTime) {
        this.title = title;
        this.total = total;
        this.err = err;
        this.nanoTime = nanoTime;
        this.lastPrinted = nanoTime.getAsLong();
    }

    @Override
    public synchronized void at(long nowDone, String nowFigures) {
        done = nowDone;
        figures = nowFigures;
        unprinted = true;
        if (nanoTime.getAsLong() - lastPrinted >= BETWEEN_LINES) {
            print();
        }
    }

    @Override
    public synchronized void say(String line) {
        err.println(line);
    }

    @Override
    public synchronized void close() {
        if (unprinted) {
            print();
        }
    }

    private void print() {
        String share = total > 0 ? String.format(Locale.ROOT, " (%d %%)", 100 * done / total) : "";
        err.println((title + " " + done + (total > 0 ? "/" + total : "") + share + " " + figures).strip());
        lastPrinted = nanoTime.getAsLong();
        unprinted = false;
    }
}
