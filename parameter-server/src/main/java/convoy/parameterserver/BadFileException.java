package convoy.parameterserver;

/** A file is not what it should be; the message is one line that names the file, what is wrong and the remedy. */
public final class BadFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadFileException(String message) {
        super(message);
    }

    BadFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
