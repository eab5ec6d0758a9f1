package convoy.jobs.progress;

import convoy.driver.evaluation.EvaluationListener;
import java.io.PrintWriter;
import java.util.Optional;

/** A bar for rows that are scored, which begins once it is known how many there are. */
public final class RowsGauge implements EvaluationListener, AutoCloseable {
    private final String what;
    private final PrintWriter err;
    private Optional<ProgressDisplay> display = Optional.empty();

    /**
     * @param what is done with the rows, in a word
     * @param err where the bar stands
     */
    public RowsGauge(String what, PrintWriter err) {
        this.what = what;
        this.err = err;
    }

    @Override
    public synchronized void progress(long rowsDone, long rows) {
        ProgressDisplay shown = display.orElseGet(() -> ProgressDisplay.of(what, rows, err));
        display = Optional.of(shown);
        shown.at(rowsDone, "images");
    }

    @Override
    public synchronized void notice(String line) {
        display.ifPresentOrElse(shown -> shown.say(line), () -> err.println(line));
    }

    @Override
    public synchronized void close() {
        display.ifPresent(ProgressDisplay::close);
        display = Optional.empty();
    }
}
