package convoy.jobs.progress;

import java.io.PrintWriter;

/** Tells a person how far a long piece of work is; safe to use from several threads. */
public sealed interface ProgressDisplay extends AutoCloseable permits TerminalProgress, LineProgress {
    /**
     * The system property that holds the width of the terminal that standard error goes to. It is the launcher that sees
     * that terminal: a JVM cannot ask for standard error alone.
     */
    String TERMINAL = "convoy.terminal";

    /**
     * {@return a bar if standard error is a terminal, else a line every few seconds}
     *
     * @param title of the work
     * @param total units of it
     * @param err standard error, or what stands for it
     */
    static ProgressDisplay of(String title, long total, PrintWriter err) {
        int columns = Integer.getInteger(TERMINAL, 0);
        return columns > 0
                ? new TerminalProgress(title, total, columns, err)
                : new LineProgress(title, total, err, System::nanoTime);
    }

    /**
     * So much is done.
     *
     * @param done units of the total
     * @param figures stand behind it
     */
    void at(long done, String figures);

    /**
     * Something else of note, on a line of its own.
     *
     * @param line one line
     */
    void say(String line);

    /** Leaves the last state on the screen. */
    @Override
    void close();
}
