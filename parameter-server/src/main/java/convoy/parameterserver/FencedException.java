package convoy.parameterserver;

/** A server serves a newer incarnation of the run. */
final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long incarnation;

    FencedException(String message, long incarnation) {
        super(message);
        this.incarnation = incarnation;
    }

    long incarnation() {
        return incarnation;
    }
}
