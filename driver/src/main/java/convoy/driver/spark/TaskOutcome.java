package convoy.driver.spark;

import convoy.driver.coordination.TrainingFailedException;
import convoy.records.BadInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.spark.TaskContext;

/**
 * What a task comes back with that computes or is refused.
 *
 * @param <T> what it computes, which Spark can serialize
 * @param results what it computed
 * @param badInput whether {@code message} is one line for a person whose input cannot work
 * @param message why there are no results; empty if there are
 * @param trace of the error
 */
public record TaskOutcome<T>(List<T> results, boolean badInput, String message, String trace) {
    private static final int TRIES = 3;

    public TaskOutcome {
        results = List.copyOf(results);
    }

    /**
     * What a task does.
     *
     * @param <T> what it computes
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does it.
         *
         * @return the results
         * @throws InterruptedException if the task is to end
         */
        List<T> run() throws InterruptedException;
    }

    /**
     * Works, in a task. An error that is going to come again is handed back: Spark would try a thousand times, for killed executors' sake.
     *
     * @param <T> what it computes
     * @param work called once
     * @return what came of it
     * @throws InterruptedException if the task is to end
     */
    public static <T> TaskOutcome<T> of(Work<T> work) throws InterruptedException {
        try {
            return new TaskOutcome<>(work.run(), false, "", "");
        } catch (BadInputException badInput) {
            return new TaskOutcome<>(List.of(), true, String.valueOf(badInput.getMessage()), "");
        } catch (RuntimeException | LinkageError failure) {
            if (TaskContext.get().attemptNumber() + 1 < TRIES) {
                throw failure;
            }
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            return new TaskOutcome<>(List.of(), false, failure.toString(), trace.toString());
        }
    }

    /**
     * The results.
     *
     * @param what failed, if it did
     * @throws BadInputException if the input cannot work
     * @throws TrainingFailedException if the task failed
     */
    List<T> orThrow(String what) {
        if (badInput) {
            throw new BadInputException(message.lines().toList());
        }
        if (!message.isEmpty()) {
            throw new TrainingFailedException(what + " failed: " + message, trace);
        }
        return results;
    }
}
