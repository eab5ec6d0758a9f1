package convoy.driver;

/** A run could not go on; the message says in one line what failed where. */
public final class TrainingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String workerTrace;

    TrainingFailedException(String message) {
        super(message);
        this.workerTrace = "";
    }

    TrainingFailedException(String message, Throwable cause) {
        super(message, cause);
        this.workerTrace = "";
    }

    /** @param workerTrace the stack trace of a worker's error */
    TrainingFailedException(String message, String workerTrace) {
        super(message);
        this.workerTrace = workerTrace;
    }

    /** The stack trace of the error in a worker that ended the run; empty if it was none. */
    public String workerTrace() {
        return workerTrace;
    }
}
