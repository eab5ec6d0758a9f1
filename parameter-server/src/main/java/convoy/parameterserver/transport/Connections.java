package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.wire.Reply;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connections to servers. Nothing here blocks its caller: connecting, authenticating and every request run
 * under a deadline of their own, so that a peer that hangs costs a future that fails, never a thread that waits.
 *
 * <p>Futures complete on transport threads; what follows on them without an executor of its own must not block.
 */
public final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final TransportContext context;
    private final TransportClientFactory factory;
    private final ExecutorService connectors = Executors.newCachedThreadPool(DaemonThreads.named("convoy-connect"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("convoy-deadline"));
    private final int connections;
    private final long silenceNanos;
    private final int waitMillis;
    private final Set<Call<?>> live = ConcurrentHashMap.newKeySet();

    @GuardedBy("this")
    private final Map<ServerAddress, Peer> peers = new HashMap<>();

    @GuardedBy("this")
    private boolean closed;

    private Connections(TransportConf conf, Optional<AppSecret> secret, Duration silence) {
        context = new TransportContext(conf, new NoRequests(), false, true);
        List<TransportClientBootstrap> bootstraps = new ArrayList<>();
        bootstraps.add(Connections::installDecoder);
        secret.ifPresent(known -> bootstraps.add(new AuthClientBootstrap(conf, known.appId(), known.keys())));
        factory = context.createClientFactory(bootstraps);
        connections = conf.numConnectionsPerPeer();
        silenceNanos = silence.toNanos();
        waitMillis = (int) Math.min(30_000, silence.toMillis() / 3);
        long sweep = Math.max(10, silence.toMillis() / 20);
        Future<?> unused = timer.scheduleWithFixedDelay(this::failSilent, sweep, sweep, TimeUnit.MILLISECONDS);
    }

    /**
     * No connection is made yet.
     *
     * @param conf Spark's transport settings; {@code spark.<module>.io.numConnectionsPerPeer} connections go to each server
     * @param secret what servers want to know
     * @param silence how long a server may take to give any answer (it answers a request that waits for something several
     *     times within it) before a request fails as {@link ServerException.Reason#UNREACHABLE}; at least 100 ms
     */
    public static Connections create(TransportConf conf, Optional<AppSecret> secret, Duration silence) {
        Handshake.requireSound(conf, secret);
        if (silence.toMillis() < 100) {
            throw new IllegalArgumentException("silence = " + silence.toMillis() + " ms: at least 100 ms are needed");
        }
        return new Connections(conf, secret, silence);
    }

    /** Runs on a connecting thread, before the server has any reason to speak. */
    private static void installDecoder(TransportClient client, Channel channel) {
        Future<?> unused = channel.eventLoop()
                .submit(() -> FrameDecoder.forClient().install(channel))
                .syncUninterruptibly();
    }

    /** Longest time that a request lets the server wait before it must say "ask again". */
    public int waitMillis() {
        return waitMillis;
    }

    private synchronized Peer peer(ServerAddress address) {
        return peers.computeIfAbsent(address, to -> new Peer(to, connections, factory, connectors, timer));
    }

    /**
     * Sends a request, again and again if need be, until it is answered. All requests may safely arrive twice.
     *
     * @param lane which of the connections to the server carries it, modulo their number
     * @param what for error messages: what is asked
     * @param message makes the message, anew for each time it is sent
     * @param decode turns an OK, SUPERSEDED or FENCED into the result; runs on an event loop, never once the future is
     *     cancelled or has failed
     * @param large whether its message is, so that it has to wait for a place in the window
     */
    public <T> CompletableFuture<T> start(
            ServerAddress address,
            int lane,
            String what,
            Supplier<ByteBuffer> message,
            Function<Reply, T> decode,
            boolean large) {
        Peer peer = peer(address);
        Call<T> call = new Call<>(peer, lane, what, message, decode);
        live.add(call);
        CompletableFuture<?> unused = call.whenComplete((result, failure) -> live.remove(call));
        synchronized (this) {
            if (closed) {
                call.completeExceptionally(new ServerException(ServerException.Reason.CLOSED, "this client is closed"));
                return call;
            }
        }
        if (large) {
            peer.enqueue(call);
        } else {
            call.send();
        }
        return call;
    }

    private void failSilent() {
        long now = System.nanoTime();
        for (Call<?> call : live) {
            try {
                call.failIfSilent(now, silenceNanos);
            } catch (RuntimeException | Error e) {
                // Thrown on, it would end the watching for good, and a server that is lost would be waited for for
                // ever.
                LOG.error("Could not give up a request: {}", e.toString(), e);
            }
        }
    }

    /** Fails what is under way and closes all connections. */
    @Override
    public void close() {
        List<Peer> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(peers.values());
        }
        for (Call<?> call : live) {
            call.completeExceptionally(new ServerException(ServerException.Reason.CLOSED, "this client was closed"));
        }
        timer.shutdownNow();
        open.forEach(Peer::close);
        connectors.shutdownNow();
        factory.close();
        context.close();
    }

    /** A server asks nothing of its clients; the frame decoder would not let such a message through. */
    private static final class NoRequests extends RpcHandler {
        private final StreamManager noStreams = new OneForOneStreamManager();

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            callback.onFailure(new UnsupportedOperationException("clients answer no requests"));
        }

        @Override
        public StreamManager getStreamManager() {
            return noStreams;
        }
    }
}
