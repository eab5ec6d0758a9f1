package convoy.parameterserver.transport;

/** A server did not do what it was asked; the message is one line that names server, request and cause. */
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What kind of failure, for callers that act on it. */
    public enum Reason {
        /** No answer within the deadline, or no connection. */
        UNREACHABLE,
        /** It knows nothing of this run, or not of this incarnation yet: it was restarted, or never told. */
        NOT_OPEN,
        /** It understood and declined; asking again will not help. */
        REFUSED,
        /** It tried and failed for a reason that lies outside of it: a file that cannot be written, on a full disk say. */
        FAILED,
        /** The client was closed while the request was under way. */
        CLOSED,
        /** It refused the connection: the application's secret differs, or only one side wants authentication. */
        UNAUTHENTICATED
    }

    /**
     * For what a server answered.
     *
     * @param reason what kind of failure
     * @param message one line
     */
    public ServerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ServerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return what kind of failure it was} */
    public Reason reason() {
        return reason;
    }
}
