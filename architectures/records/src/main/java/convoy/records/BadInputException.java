package convoy.records;

import convoy.records.text.Shown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person gave cannot work. The message is one line that names the thing, its value, the limit it breaks and the
 * remedy; the command line prints that line alone, without a stack trace. It stays one line whatever names are in it: this is
 * where a character in one that would end the line is shown as its name ({@link Shown}).
 */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Refusal refusal;

    /** @param message one line: what, which value, which limit, what to do */
    public BadInputException(String message) {
        super(Shown.line(message));
        this.refusal = null;
    }

    /**
     * @param message one line: what, which value, which limit, what to do
     * @param cause what was caught where the input was read
     */
    public BadInputException(String message, Throwable cause) {
        super(Shown.line(message), cause);
        this.refusal = null;
    }

    /** @param lines each as one of its own: several problems, or a sentence and what to type */
    public BadInputException(List<String> lines) {
        super(lines.stream().map(Shown::line).collect(Collectors.joining("\n")));
        this.refusal = null;
    }

    /**
     * @param lines each as one of its own: several problems, or a sentence and what to type
     * @param cause what was caught where the input was read
     */
    public BadInputException(List<String> lines, Throwable cause) {
        super(lines.stream().map(Shown::line).collect(Collectors.joining("\n")), cause);
        this.refusal = null;
    }

    /** @param refusal which component of a record cannot work, and why; the message is its sentence */
    public BadInputException(Refusal refusal) {
        super(Shown.line(refusal.sentence()));
        this.refusal = refusal;
    }

    /** {@return which component of a record was refused; empty if it was something else} */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}
