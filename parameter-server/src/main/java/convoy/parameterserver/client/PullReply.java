package convoy.parameterserver.client;

/** The answer to a pull. */
public sealed interface PullReply {
    /**
     * The wanted version has been written into the caller's array.
     *
     * @param version the version
     */
    record Values(long version) implements PullReply {}

    /**
     * The partition has moved too far on: the step that would need this version is complete.
     *
     * @param version where the partition stands
     */
    record Superseded(long version) implements PullReply {}

    /**
     * The servers have been restored since: the caller's view is out of date.
     *
     * @param incarnation the one that is served now
     */
    record Fenced(long incarnation) implements PullReply {}
}
