package convoy.architectures.refusal;

/**
 * What a person gave cannot work. The message is one line that names the thing, its value, the limit it breaks and the
 * remedy; the command line prints that line alone, without a stack trace.
 */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line: what, which value, which limit, what to do */
    public BadInputException(String message) {
        super(message);
    }

    /** @param cause what was caught where the input was read */
    public BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
