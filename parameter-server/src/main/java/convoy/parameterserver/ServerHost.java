package convoy.parameterserver;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.TransportConf;

/** One listening port for any number of key ranges and runs; an executor has one. */
@SuppressWarnings("DoNotCallSuggester")
public final class ServerHost implements AutoCloseable {
    private ServerHost() {}

    /**
     * Binds a free port and serves from then on.
     *
     * @param conf Spark's transport settings; its module name prefixes them ({@code spark.convoy.io.serverThreads})
     * @param secret what peers must know; empty trusts everybody that reaches the port
     * @param hadoop how to reach snapshots
     * @param bindHost the name or address to bind and to be reached at
     */
    public static ServerHost start(
            TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Where peers reach it. */
    public ServerAddress address() {
        throw new UnsupportedOperationException("not yet");
    }

    /** What it has done so far. */
    public ServerStatistics statistics() {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
