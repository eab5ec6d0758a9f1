package convoy.driver.model;

/** A tensor of a model holds a number that is none, or infinite: the training has diverged. */
public final class NoNumberException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoNumberException(String message) {
        super(message);
    }
}
