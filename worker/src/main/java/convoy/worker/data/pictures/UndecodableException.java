package convoy.worker.data.pictures;

/** The bytes are no picture that can be decoded; the message says why, without saying which picture. */
public final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what follows the picture's name */
    public UndecodableException(String message) {
        super(message);
    }

    UndecodableException(String message, Throwable cause) {
        super(message, cause);
    }
}
