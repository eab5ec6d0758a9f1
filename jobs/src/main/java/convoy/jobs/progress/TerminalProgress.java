package convoy.jobs.progress;

import convoy.records.text.Shown;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * One line of a terminal that is written again and again. While it is there, whatever else the process writes to its standard error,
 * log lines above all, goes onto lines of their own above it.
 */
final class TerminalProgress implements ProgressDisplay {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final Line line;
    private final ProgressBar bar;
    private final PrintStream before = System.err;
    private final PrintStream above = new PrintStream(new LinesAbove(this::say), true, StandardCharsets.UTF_8);

    TerminalProgress(String title, long total, int columns, PrintWriter err) {
        this.err = err;
        line = new Line(columns, err);
        bar = new ProgressBarBuilder()
                .setTaskName(title)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .hideEta()
                .setConsumer(line)
                .build();
        System.setErr(above);
    }

    @Override
    public synchronized void at(long done, String figures) {
        bar.setExtraMessage(" " + figures);
        bar.stepTo(done);
    }

    @Override
    public synchronized void say(String line) {
        bar.pause();
        err.print(CLEAR_LINE + Shown.line(line) + "\n");
        err.flush();
        bar.resume();
        bar.refresh();
    }

    @Override
    public void close() {
        // Not while holding this display: who writes a line holds the stream and waits for the display.
        above.close();
        if (System.err.equals(above)) {
            System.setErr(before);
        }
        synchronized (this) {
            bar.close();
            // A bar that ends before its own thread has drawn it once is drawn by closing it, and is not closed.
            line.close();
        }
    }

    private static final class Line implements ProgressBarConsumer {
        private final int columns;
        private final PrintWriter err;
        private boolean ended;

        Line(int columns, PrintWriter err) {
            this.columns = columns;
            this.err = err;
        }

        @Override
        public int getMaxRenderedLength() {
            return columns - 1;
        }

        @Override
        public void accept(String text) {
            err.print("\r" + text);
            err.flush();
        }

        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                err.print("\n");
                err.flush();
            }
        }
    }
}
