package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.coordination.TrainingFailedException;
import convoy.parameterserver.files.FileAccess;
import java.io.UncheckedIOException;
import java.util.List;

/** What a run says that ends because of its files. */
final class UnusableFiles {
    private UnusableFiles() {}

    /**
     * What could not be written or read ends a run.
     *
     * @param line what it was, and why
     * @param checkpoints of the run, which say where it goes on
     */
    static TrainingFailedException ended(String line, Throwable cause, Checkpoints checkpoints) {
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
    static String line(Throwable failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return failure instanceof UncheckedIOException ? message + ": " + FileAccess.reason(failure) : message;
    }
}
