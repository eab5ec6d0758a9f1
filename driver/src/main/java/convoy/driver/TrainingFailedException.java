package convoy.driver;

import convoy.driver.checkpoint.Checkpoints;
import convoy.parameterserver.FileAccess;
import java.io.UncheckedIOException;
import java.util.List;

/** A run could not go on; the message says in one line what failed where. */
public final class TrainingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String workerTrace;
    private final boolean again;

    public TrainingFailedException(String message) {
        this(message, "");
    }

    public TrainingFailedException(String message, Throwable cause) {
        super(message, cause);
        this.workerTrace = "";
        this.again = false;
    }

    /** @param workerTrace the stack trace of a worker's error */
    public TrainingFailedException(String message, String workerTrace) {
        this(message, workerTrace, false);
    }

    private TrainingFailedException(String message, String workerTrace, boolean again) {
        super(message);
        this.workerTrace = workerTrace;
        this.again = again;
    }

    /** Of what the run's steps lead to, which are the same each time. */
    static TrainingFailedException eachTime(String message) {
        return new TrainingFailedException(message, "", true);
    }

    /**
     * What could not be written or read ends a run.
     *
     * @param line what it was, and why
     * @param checkpoints of the run, which say where it goes on
     */
    public static TrainingFailedException ofFiles(String line, Throwable cause, Checkpoints checkpoints) {
        String after;
        try {
            List<Long> whole = checkpoints.whole();
            after = whole.isEmpty()
                    ? "begins the run anew"
                    : "goes on from the checkpoint of step " + whole.get(whole.size() - 1);
        } catch (UncheckedIOException unreadable) {
            after = "goes on from the last whole checkpoint";
        }
        return new TrainingFailedException(
                line + "; see that there is room and that it may be written, then the same command " + after, cause);
    }

    /** In one line what went wrong, and what the system says about it. */
    public static String line(Throwable failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return failure instanceof UncheckedIOException ? message + ": " + FileAccess.reason(failure) : message;
    }

    /** Whether the same command would fail in the same way. */
    public boolean again() {
        return again;
    }

    /** The stack trace of the error in a worker that ended the run; empty if it was none. */
    public String workerTrace() {
        return workerTrace;
    }
}
