package convoy.driver.coordination;

/** A run could not go on; the message says in one line what failed where. */
public final class TrainingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String workerTrace;
    private final boolean again;

    /**
     * Of what went wrong in this process, with nothing behind it.
     *
     * @param message one line: what failed where
     */
    public TrainingFailedException(String message) {
        this(message, "");
    }

    /**
     * Of what went wrong in this process.
     *
     * @param message one line: what failed where
     * @param cause what was caught
     */
    public TrainingFailedException(String message, Throwable cause) {
        super(message, cause);
        this.workerTrace = "";
        this.again = false;
    }

    /**
     * Of what went wrong in a worker.
     *
     * @param message one line: what failed where
     * @param workerTrace the stack trace of a worker's error
     */
    public TrainingFailedException(String message, String workerTrace) {
        this(message, workerTrace, false);
    }

    private TrainingFailedException(String message, String workerTrace, boolean again) {
        super(message);
        this.workerTrace = workerTrace;
        this.again = again;
    }

    /**
     * {@return an error of what the run's steps lead to, which is the same each time}
     *
     * @param message one line: what failed where
     */
    public static TrainingFailedException eachTime(String message) {
        return new TrainingFailedException(message, "", true);
    }

    /** {@return whether the same command would fail in the same way} */
    public boolean again() {
        return again;
    }

    /** {@return the stack trace of the error in a worker that ended the run; empty if it was none} */
    public String workerTrace() {
        return workerTrace;
    }
}
