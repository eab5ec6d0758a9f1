package convoy.jobs.progress;

import convoy.driver.importing.ImportListener;
import convoy.records.text.Counts;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** One bar after the other, as the work goes from phase to phase. */
public final class Phases implements ImportListener, AutoCloseable {
    private final PrintWriter err;
    private Optional<Phase> current = Optional.empty();
    private Optional<ProgressDisplay> display = Optional.empty();

    /**
     * Shows bars.
     *
     * @param err standard error, or what stands for it
     */
    public Phases(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void progress(Phase phase, int done, int total, long pictures) {
        if (!current.equals(Optional.of(phase))) {
            close();
            current = Optional.of(phase);
            display = Optional.of(ProgressDisplay.of(phase.name().toLowerCase(Locale.ROOT), total, err));
        }
        display.ifPresent(shown -> shown.at(done, Counts.of(pictures, "picture")));
    }

    @Override
    public synchronized void close() {
        display.ifPresent(ProgressDisplay::close);
        display = Optional.empty();
    }
}
