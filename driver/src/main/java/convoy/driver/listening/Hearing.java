package convoy.driver.listening;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Wakeup;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import convoy.records.text.Names;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * One listener with its thread. Events wait for it, a bounded number of them: one that finds no room is left out and counted. The run's
 * thread adds and asks; the listener's hears.
 */
final class Hearing {
    /** So many events may wait. */
    static final int ROOM = 1000;

    private final String name;
    private final RunListener listener;
    private final ExecutorService thread;
    private final Wakeup heard;

    @GuardedBy("this")
    private int waiting;

    @GuardedBy("this")
    private long leftOut;

    @GuardedBy("this")
    private long failures;

    @GuardedBy("this")
    private Optional<String> unsaid = Optional.empty();

    /**
     * Of a listener that has heard nothing yet.
     *
     * @param name that its provider has
     * @param listener what hears
     * @param thread its own, which ends with it
     * @param heard signalled after each event
     */
    Hearing(String name, RunListener listener, ExecutorService thread, Wakeup heard) {
        this.name = name;
        this.listener = listener;
        this.thread = thread;
        this.heard = heard;
    }

    /** Has the listener hear it, some time. */
    synchronized void add(TrainingEvent event) {
        if (waiting == ROOM) {
            leftOut++;
            return;
        }
        waiting++;
        thread.execute(() -> hear(event));
    }

    private void hear(TrainingEvent event) {
        Optional<Throwable> failure = Optional.empty();
        try {
            listener.hear(event);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            failure = Optional.of(interrupted);
        } catch (Throwable thrown) {
            // Whatever a stranger's code throws, an error too: the run has nothing to do with it.
            failure = Optional.of(thrown);
        }
        heard(event, failure);
        heard.signal();
    }

    private synchronized void heard(TrainingEvent event, Optional<Throwable> failure) {
        waiting--;
        if (failure.isPresent()) {
            failed(event, failure.get());
        }
    }

    @GuardedBy("this")
    private void failed(TrainingEvent event, Throwable thrown) {
        failures++;
        if (failures == 1) {
            unsaid = Optional.of("listener " + name + " failed at "
                    + Names.kebab(event.getClass().getSimpleName()) + " of step "
                    + event.at().step() + ": " + thrown.getClass().getSimpleName() + ": " + FirstLine.of(thrown)
                    + "; the run goes on");
        }
    }

    /** The first failure, if it was not said yet. */
    synchronized Optional<String> unsaid() {
        Optional<String> said = unsaid;
        unsaid = Optional.empty();
        return said;
    }

    /** Whether it has heard all that it was told. */
    synchronized boolean isDone() {
        return waiting == 0;
    }

    /** Ends its thread, and what it does by an interrupt, and returns what is to be said of it. */
    synchronized Optional<String> end() {
        thread.shutdownNow();
        long missed = leftOut + waiting;
        if (missed > 0) {
            return Optional.of("listener " + name + " was too slow, and " + Counts.of(missed, "event")
                    + " did not reach it" + (failures > 1 ? "; " + failed() : ""));
        }
        return failures > 1 ? Optional.of("listener " + name + " " + failed()) : Optional.empty();
    }

    @GuardedBy("this")
    private String failed() {
        return "failed at " + Counts.of(failures, "event") + " in all";
    }
}
