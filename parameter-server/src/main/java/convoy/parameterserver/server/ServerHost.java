package convoy.parameterserver.server;

import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.transport.FrameDecoder;
import convoy.parameterserver.transport.Gate;
import convoy.parameterserver.transport.Handshake;
import convoy.parameterserver.transport.SparkTransport;
import convoy.parameterserver.wire.ServerStatistics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listening port, of Spark's network layer, for any number of key ranges and runs; an executor has one. */
public final class ServerHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHost.class);

    /** After this long without a word from the server of partition 0 the question for the norm is repeated. */
    private static final Duration NORM_SILENCE = Duration.ofSeconds(20);

    private final ParameterService service;
    private final TransportContext context;
    private final Gate gate;
    private final TransportServer server;
    private final ServerAddress address;

    private ServerHost(TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        service = new ParameterService(
                this::address,
                hadoop,
                Clock.system(),
                () -> Connections.over(new SparkTransport(conf, secret), Clock.system(), NORM_SILENCE));
        context = new TransportContext(conf, new Requests(), true);
        gate = new Gate(conf, secret, service.counters().refused);
        server = context.createServer(bindHost, 0, List.of(gate));
        address = new ServerAddress(bindHost, server.getPort());
    }

    /**
     * Binds a free port and serves from then on.
     *
     * @param conf Spark's transport settings; its module name prefixes them ({@code spark.convoy.io.serverThreads})
     * @param secret what peers must know; empty trusts everybody that reaches the port
     * @param hadoop how to reach snapshots
     * @param bindHost the name or address to bind and to be reached at
     * @return to be closed
     */
    public static ServerHost start(
            TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        Handshake.requireSound(conf, secret);
        ServerHost host = new ServerHost(conf, secret, hadoop, bindHost);
        LOG.info(
                "Parameter server at {}, {}",
                host.address,
                secret.isEmpty()
                        ? "without authentication"
                        : conf.encryptionEnabled() ? "authenticated, encrypted" : "authenticated");
        return host;
    }

    /** {@return where peers reach it} */
    public ServerAddress address() {
        return address;
    }

    /** {@return whether its process has run out of memory: it serves nothing any more, and another has to take its place} */
    public boolean isExhausted() {
        return service.isExhausted();
    }

    /** {@return how many connections it has} */
    public int connections() {
        return gate.connections();
    }

    /** {@return what it has done so far} */
    public ServerStatistics statistics() {
        return service.statistics();
    }

    /** Stops serving; what was not written down is gone. A second call does nothing. */
    @Override
    public void close() {
        server.close();
        service.close();
        context.close();
    }

    /** Every message on the port; runs on event loops and blocks none. */
    private final class Requests extends RpcHandler {
        private final StreamManager noStreams = new OneForOneStreamManager();

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            Asker answer =
                    new Asker(client, FrameDecoder.of(client.getChannel()).request(), callback, service.counters());
            try {
                service.receive(message, client.getSocketAddress(), answer);
            } catch (IllegalArgumentException strange) {
                callback.onFailure(strange);
            }
        }

        @Override
        public void exceptionCaught(Throwable cause, TransportClient client) {
            service.failed(cause);
        }

        @Override
        public StreamManager getStreamManager() {
            return noStreams;
        }
    }
}
