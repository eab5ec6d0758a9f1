package convoy.driver.coordination;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Why a worker's task ended with an error.
 *
 * @param kind what is to be done about it
 * @param message the error's message
 * @param trace its stack trace; empty for bad input
 */
public record WorkerFailure(Kind kind, String message, String trace) {
    /** What is to be done about a failure. */
    public enum Kind {
        /** The message is one line for a person whose input cannot work: the run ends. */
        BAD_INPUT,
        /** Something outside cannot be reached or read now, and may be in a while. */
        PASSING,
        /** What failed will fail again, if it is not the machine. */
        ERROR
    }

    /**
     * {@return an error, be it of a worker or of what keeps the run going}
     *
     * @param what failed, for the message
     * @param failure what was caught
     */
    public static WorkerFailure of(String what, Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new WorkerFailure(Kind.ERROR, what + ": " + failure, trace.toString());
    }

    /** {@return whether it is a line for a person whose input cannot work} */
    public boolean badInput() {
        return kind == Kind.BAD_INPUT;
    }
}
