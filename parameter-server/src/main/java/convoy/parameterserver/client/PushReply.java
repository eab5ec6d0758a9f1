package convoy.parameterserver.client;

/** The answer to a push. */
public sealed interface PushReply {
    /**
     * The server has it, or had it already from somebody else.
     *
     * @param version where the partition stood
     */
    record Accepted(long version) implements PushReply {}

    /**
     * The step is complete without it.
     *
     * @param version where the partition stands
     */
    record Superseded(long version) implements PushReply {}

    /**
     * The servers have been restored since: the caller's view is out of date.
     *
     * @param incarnation the one that is served now
     */
    record Fenced(long incarnation) implements PushReply {}
}
