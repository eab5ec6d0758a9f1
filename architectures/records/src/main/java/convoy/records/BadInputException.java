package convoy.records;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person gave cannot work. The message is one line that names the thing, its value, the limit it breaks and the
 * remedy; the command line prints that line alone, without a stack trace.
 */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Refusal refusal;

    /** @param message one line: what, which value, which limit, what to do */
    public BadInputException(String message) {
        super(message);
        this.refusal = null;
    }

    /** @param cause what was caught where the input was read */
    public BadInputException(String message, Throwable cause) {
        super(message, cause);
        this.refusal = null;
    }

    /** @param refusal which component of a record cannot work, and why; the message is its sentence */
    public BadInputException(Refusal refusal) {
        super(refusal.sentence());
        this.refusal = refusal;
    }

    /** Which component of a record was refused; empty if it was something else. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}
