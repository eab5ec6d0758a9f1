package convoy.parameterserver.transport;

import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.transport.Transport.Answer;
import convoy.parameterserver.transport.Transport.Connection;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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

/** Spark's network layer from the side that asks, authenticated where there is a secret. Answers come on its event loops. */
public final class SparkTransport implements Transport {
    private final TransportContext context;
    private final TransportClientFactory factory;
    private final int connections;

    /** Spark connects and authenticates in the calling thread, and a peer that hangs keeps it: one thread for each. */
    private final ExecutorService connectors = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "convoy-connect");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * No connection is made yet.
     *
     * @param conf Spark's transport settings; {@code spark.<module>.io.numConnectionsPerPeer} connections go to each server
     * @param secret what servers want to know
     * @throws IllegalArgumentException as {@link Handshake#requireSound} does
     */
    public SparkTransport(TransportConf conf, Optional<AppSecret> secret) {
        Handshake.requireSound(conf, secret);
        context = new TransportContext(conf, new NoRequests(), false, true);
        List<TransportClientBootstrap> bootstraps = new ArrayList<>();
        bootstraps.add(SparkTransport::installDecoder);
        secret.ifPresent(known -> bootstraps.add(new AuthClientBootstrap(conf, known.appId(), known.keys())));
        factory = context.createClientFactory(bootstraps);
        connections = conf.numConnectionsPerPeer();
    }

    /** Runs on a connecting thread, before the server has any reason to speak. */
    private static void installDecoder(TransportClient client, Channel channel) {
        Future<?> unused = channel.eventLoop()
                .submit(() -> FrameDecoder.forClient().install(channel))
                .syncUninterruptibly();
    }

    @Override
    public int connections() {
        return connections;
    }

    @Override
    public CompletableFuture<Connection> connect(ServerAddress address) {
        CompletableFuture<Connection> connecting = new CompletableFuture<>();
        try {
            connectors.execute(() -> connect(address, connecting));
        } catch (RejectedExecutionException e) {
            connecting.completeExceptionally(new IOException("this client is closed", e));
        } catch (Error e) {
            // No thread is to be had. Left as it is, it would be connecting for ever.
            connecting.completeExceptionally(new IOException("cannot connect to " + address + ": " + e, e));
        }
        return connecting;
    }

    private void connect(ServerAddress address, CompletableFuture<Connection> connecting) {
        TransportClient client;
        try {
            client = factory.createUnmanagedClient(address.host(), address.port());
        } catch (IOException e) {
            connecting.completeExceptionally(e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connecting.completeExceptionally(new IOException("interrupted while connecting to " + address, e));
            return;
        } catch (RuntimeException e) {
            connecting.completeExceptionally(
                    Refusals.isRefusal(e)
                            ? Refusals.of(address, "the connection", e)
                            : new IOException(Refusals.firstLine(e), e));
            return;
        } catch (Error e) {
            connecting.completeExceptionally(new IOException("cannot connect to " + address + ": " + e, e));
            return;
        }
        connecting.complete(new Line(client));
    }

    @Override
    public void close() {
        connectors.shutdownNow();
        factory.close();
        context.close();
    }

    /** One of Spark's connections. */
    private record Line(TransportClient client) implements Connection {
        @Override
        public boolean isActive() {
            return client.isActive();
        }

        @Override
        public void send(ByteBuffer message, Answer answer) {
            long unused = client.sendRpc(message, new Callback(answer));
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class Callback implements RpcResponseCallback {
        private final Answer answer;
        /** Spark tells twice of a request whose write fails while its connection closes. */
        private final AtomicBoolean failed = new AtomicBoolean();

        Callback(Answer answer) {
            this.answer = answer;
        }

        @Override
        public void onSuccess(ByteBuffer response) {
            answer.reply(response);
        }

        @Override
        public void onFailure(Throwable failure) {
            if (failed.compareAndSet(false, true)) {
                answer.failed(failure);
            }
        }
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
