package convoy.jobs.output;

import convoy.records.text.Shown;
import java.io.PrintWriter;

/**
 * Prints lines of text that are one line each, and that a terminal takes for nothing else ({@link Shown}). What draws on purpose
 * ({@code TerminalProgress}, the colours of a help text), or has lines of its own, does so by {@link #print}.
 */
public final class LineWriter extends PrintWriter {
    /**
     * Prints on another writer, line by line at once.
     *
     * @param to that writer
     */
    public LineWriter(PrintWriter to) {
        super(to, true);
    }

    @Override
    public void println(String line) {
        super.println(Shown.line(line));
    }

    /** What Java prints a stack trace by, where a library's message may have several lines. */
    @Override
    public void println(Object lines) {
        super.println(Shown.lines(String.valueOf(lines)));
    }
}
