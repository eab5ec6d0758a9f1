package convoy.driver.coordination;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Why a worker's task ended with an error.
 *
 * @param badInput whether the message is one line for a person whose input cannot work
 * @param message the error's message
 * @param trace its stack trace; empty for bad input
 */
public record WorkerFailure(boolean badInput, String message, String trace) {
    /**
     * {@return an error, be it of a worker or of what keeps the run going}
     *
     * @param what failed, for the message
     * @param failure what was caught
     */
    public static WorkerFailure of(String what, Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new WorkerFailure(false, what + ": " + failure, trace.toString());
    }
}
