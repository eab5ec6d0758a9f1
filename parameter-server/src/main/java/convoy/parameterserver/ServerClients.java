package convoy.parameterserver;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.network.util.TransportConf;

/**
 * A process's connections to servers. Nothing here blocks its caller: connecting, authenticating and every request run
 * under a deadline of their own, so that a peer that hangs costs a future that fails, never a thread that waits.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ServerClients implements AutoCloseable {
    private ServerClients() {}

    /**
     * No connection is made yet.
     *
     * @param conf Spark's transport settings
     * @param secret what servers want to know
     * @param silence how long a server may take to give any answer (it answers a pull that waits for its version every few
     *     seconds) before a request fails as {@link ServerException.Reason#UNREACHABLE}
     */
    public static ServerClients create(TransportConf conf, Optional<AppSecret> secret, Duration silence) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Opens a range; completes when its values are there and it serves. */
    public CompletableFuture<Void> open(ServerAddress address, OpenRange range) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Completes when range {@code server}'s file of the snapshot of {@code version} is written. A version that the plan
     * does not include is added to it, as long as no partition has passed it.
     */
    public CompletableFuture<SnapshotFile> snapshot(
            ServerAddress address, String run, long incarnation, int server, long version) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Forgets all ranges of a run at this address, up to {@code incarnation}; completes even when there are none. */
    public CompletableFuture<Void> close(ServerAddress address, String run, long incarnation) {
        throw new UnsupportedOperationException("not yet");
    }

    /** What the host has done. */
    public CompletableFuture<ServerStatistics> statistics(ServerAddress address) {
        throw new UnsupportedOperationException("not yet");
    }

    /** A client for one run's parameters under one incarnation. */
    public ParameterClient parameters(
            String run, long incarnation, ParameterLayout layout, List<ServerAddress> servers) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
