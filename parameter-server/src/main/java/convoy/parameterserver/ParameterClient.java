package convoy.parameterserver;

import java.util.concurrent.CompletableFuture;

/**
 * Pulls and pushes partitions of one run under one incarnation. Thread-safe; no call blocks.
 *
 * <p>Lost connections are made anew and requests repeated (both sides drop duplicates) for as long as {@link
 * ServerClients}' silence allows; then the future fails with {@link ServerException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ParameterClient {
    private ParameterClient() {}

    /** The layout whose partitions are meant. */
    public ParameterLayout layout() {
        throw new UnsupportedOperationException("not yet");
    }

    /** The incarnation under which it speaks. */
    public long incarnation() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Fetches one partition of {@code version}, when it is there; waits for it as long as that takes, unless cancelled.
     *
     * @param into the flat vector; the partition's part is written before the future completes, and never after
     */
    public CompletableFuture<PullReply> pull(int partition, long version, float[] into) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Gives the server one partition of the sum of a subtree's gradients.
     *
     * @param step 0-based; it turns version {@code step} into {@code step + 1}
     * @param subtree a node of the run's sum tree
     * @param examples how many examples the subtree has
     * @param sums the flat vector; the partition's part is sent. Do not change it until the future completes.
     */
    public CompletableFuture<PushReply> push(int partition, long step, Subtree subtree, int examples, float[] sums) {
        throw new UnsupportedOperationException("not yet");
    }
}
