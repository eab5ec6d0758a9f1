package convoy.jobs;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** One line of a terminal that is written again and again. */
final class TerminalGauge implements Gauge {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final ProgressBar bar;

    TerminalGauge(String title, long total, int columns, PrintWriter err) {
        this.err = err;
        bar = new ProgressBarBuilder()
                .setTaskName(title)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .hideEta()
                .setConsumer(new Line(columns, err))
                .build();
    }

    @Override
    public synchronized void at(long done, String figures) {
        bar.setExtraMessage(" " + figures);
        bar.stepTo(done);
    }

    @Override
    public synchronized void say(String line) {
        bar.pause();
        err.print(CLEAR_LINE + line + "\n");
        err.flush();
        bar.resume();
        bar.refresh();
    }

    @Override
    public synchronized void close() {
        bar.close();
    }

    private record Line(int columns, PrintWriter err) implements ProgressBarConsumer {
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
        public void close() {
            err.print("\n");
            err.flush();
        }
    }
}
