package convoy.parameterserver.server;

import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.DaemonThreads;
import convoy.parameterserver.transport.FrameDecoder;
import convoy.parameterserver.transport.Gate;
import convoy.parameterserver.transport.Handshake;
import convoy.parameterserver.wire.OpenMessage;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.ServerStatistics;
import convoy.parameterserver.wire.Wire;
import convoy.records.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

/**
 * One listening port for any number of key ranges and runs; an executor has one.
 *
 * <p>Of each run it serves the newest incarnation it was told of; requests under an older one are answered "fenced".
 */
public final class ServerHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHost.class);

    /** How often it is checked whether somebody has waited long enough; far below any deadline. */
    private static final long SWEEP_MILLIS = 100;

    private static final long CLOSING_SECONDS = 10;

    private final Counters counters = new Counters();

    private final ExecutorService updates;
    private final ExecutorService storage;

    /** Opens and closes ranges, one at a time. */
    private final ExecutorService control;

    private final ScheduledExecutorService timer;
    private final NormQuestions norms;
    private final Runs runs;
    private final TransportContext context;
    private final TransportServer server;
    private final ServerAddress address;

    private final AtomicBoolean closed = new AtomicBoolean();

    private ServerHost(TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        int processors = Runtime.getRuntime().availableProcessors();
        updates = Executors.newFixedThreadPool(
                Math.max(1, Math.min(4, processors / 2)), DaemonThreads.named("convoy-update"));
        storage = Executors.newFixedThreadPool(2, DaemonThreads.named("convoy-storage"));
        control = Executors.newSingleThreadExecutor(DaemonThreads.named("convoy-control"));
        timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("convoy-timer"));
        norms = new NormQuestions(conf, secret, timer);
        runs = new Runs(
                this::address,
                counters,
                (spec, opened) -> new RangeServer(spec, opened, hadoop, counters, updates, storage, norms));
        context = new TransportContext(conf, new Requests(), true);
        server = context.createServer(bindHost, 0, List.of(new Gate(conf, secret)));
        address = new ServerAddress(bindHost, server.getPort());
        Future<?> unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

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

    /** Where peers reach it. */
    public ServerAddress address() {
        return address;
    }

    /** What it has done so far. */
    public ServerStatistics statistics() {
        return runs.statistics();
    }

    /** Stops serving; what was not written down is gone. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.close();
        norms.close();
        timer.shutdownNow();
        control.shutdownNow();
        runs.end(Reply.text(Wire.Status.NOT_OPEN, "the server at " + address + " was closed"));
        updates.shutdown();
        storage.shutdown();
        context.close();
        try {
            // Snapshots under way remove what they have written so far.
            if (!storage.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Storage is still busy {} s after this server was closed", CLOSING_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        try {
            runs.expire(now);
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the sweeping for good, and every waiting pull would look like a dead server.
            LOG.error("Could not tell somebody to ask again", e);
        }
    }

    /** Every message on the port; runs on event loops and blocks none. */
    private final class Requests extends RpcHandler {
        private final StreamManager noStreams = new OneForOneStreamManager();

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            message.order(ByteOrder.LITTLE_ENDIAN);
            Asker answer =
                    new Asker(client, FrameDecoder.of(client.getChannel()).request(), callback, counters);
            Request.Header header;
            try {
                header = Request.Header.read(message);
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                counters.refused.increment();
                LOG.warn("Refused {}: {}", client.getSocketAddress(), Runs.reason(e));
                callback.onFailure(new IllegalArgumentException("no Convoy message: " + Runs.reason(e)));
                return;
            }
            try {
                dispatch(header, message, answer);
            } catch (BufferUnderflowException | IllegalArgumentException | BadInputException | ArithmeticException e) {
                counters.refused.increment();
                LOG.warn("Refused {} from {}: {}", header.kind(), client.getSocketAddress(), Runs.reason(e));
                answer.accept(Reply.text(Wire.Status.REFUSED, Runs.reason(e)));
            } catch (Error e) {
                // Thrown on, it would close the connection, and the peer would ask again for ever.
                counters.refused.increment();
                LOG.error("Could not do {} for {}", header.kind(), client.getSocketAddress(), e);
                answer.accept(Reply.text(Wire.Status.REFUSED, address + " failed at it: " + e));
            }
        }

        @Override
        public StreamManager getStreamManager() {
            return noStreams;
        }
    }

    private void dispatch(Request.Header header, ByteBuffer message, PullAnswer answer) {
        switch (header.kind()) {
            case OPEN -> {
                int waitMillis = Request.readWait(message);
                byte[] description = new byte[message.remaining()];
                message.get(description);
                RangeSpec spec = OpenMessage.read(
                        ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN), header.incarnation());
                // Allocating a range takes too long for an event loop.
                control.execute(() -> runs.open(header, spec, description, deadline(waitMillis), answer));
            }
            case CLOSE -> control.execute(() -> runs.close(header, answer));
            case STATISTICS -> answer.accept(Reply.statistics(runs.statistics()));
            case LOAD -> {
                Request.Load load = Request.Load.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(load.partition()).load(load, answer));
            }
            case PULL -> {
                Request.Pull pull = Request.Pull.read(message);
                runs.served(header, answer).ifPresent(run -> run.holding(pull.partition())
                        .pull(pull, deadline(pull.waitMillis()), answer));
            }
            case PUSH -> {
                Request.Push push = Request.Push.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(push.partition()).push(push, answer));
            }
            case NORM -> {
                Request.Norm norm = Request.Norm.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(0).norm(norm, deadline(norm.waitMillis()), answer));
            }
            case SNAPSHOT -> {
                Request.Snapshot snapshot = Request.Snapshot.read(message);
                runs.served(header, answer).ifPresent(run -> run.range(snapshot.server())
                        .snapshot(snapshot.version(), deadline(snapshot.waitMillis()), answer));
            }
        }
    }

    private static long deadline(int waitMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }
}
