package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connections to servers. Nothing here blocks its caller: connecting, authenticating and every request run
 * under a deadline of their own, so that a peer that hangs costs a future that fails, never a thread that waits.
 *
 * <p>Futures complete on the transport's threads; what follows on them without an executor of its own must not block.
 */
public final class ServerClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerClients.class);

    private final Transport transport;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final long silenceNanos;
    private final int waitMillis;

    /** What is under way, in the order in which it was begun. */
    private final ConcurrentNavigableMap<Long, Call<?>> live = new ConcurrentSkipListMap<>();

    private final AtomicLong begun = new AtomicLong();

    @GuardedBy("this")
    private final Map<ServerAddress, Peer> peers = new HashMap<>();

    @GuardedBy("this")
    private boolean closed;

    private ServerClients(Transport transport, Clock clock, Duration silence) {
        this.transport = transport;
        this.clock = clock;
        timer = clock.timer("convoy-deadline");
        silenceNanos = silence.toNanos();
        waitMillis = (int) Math.min(30_000, silence.toMillis() / 3);
        long sweep = Math.max(10, silence.toMillis() / 20);
        Future<?> unused = timer.scheduleWithFixedDelay(this::failSilent, sweep, sweep, TimeUnit.MILLISECONDS);
    }

    /**
     * Over Spark's network layer, by this machine's clock. No connection is made yet.
     *
     * @param conf Spark's transport settings; {@code spark.<module>.io.numConnectionsPerPeer} connections go to each server
     * @param secret what servers want to know
     * @param silence as {@link #over} takes it
     */
    public static ServerClients create(TransportConf conf, Optional<AppSecret> secret, Duration silence) {
        ServerHost.requireSoundAuthentication(conf, secret);
        requireLongEnough(silence);
        return over(new SparkTransport(conf, secret), Clock.system(), silence);
    }

    /**
     * Over any transport, which is closed with it. No connection is made yet.
     *
     * @param clock by which servers are silent; its timer watches them
     * @param silence how long a server may take to give any answer (it answers a request that waits for something several
     *     times within it) before a request fails as {@link ServerException.Reason#UNREACHABLE}; at least 100 ms
     */
    public static ServerClients over(Transport transport, Clock clock, Duration silence) {
        requireLongEnough(silence);
        return new ServerClients(transport, clock, silence);
    }

    private static void requireLongEnough(Duration silence) {
        if (silence.toMillis() < 100) {
            throw new IllegalArgumentException("silence = " + silence.toMillis() + " ms: at least 100 ms are needed");
        }
    }

    /** Opens a range; completes when its values are there and it serves. */
    public CompletableFuture<Void> open(ServerAddress address, OpenRange range) {
        RangeSpec spec = range.spec();
        ByteBuffer message = OpenMessage.write(spec, waitMillis);
        Peer peer = peer(address);
        CompletableFuture<Void> opened =
                start(peer, 0, "open " + spec, message::duplicate, ServerClients::requireServed, false);
        if (!(range.source() instanceof ValueSource.Initial initial)) {
            return opened;
        }
        return opened.thenCompose(ready -> {
            List<CompletableFuture<Void>> loads = new ArrayList<>();
            KeyRange owned = spec.partitions();
            for (int p = owned.begin(); p < owned.end(); p++) {
                int partition = p;
                loads.add(start(
                        peer,
                        p,
                        "load partition " + p + " of " + spec,
                        () -> Request.Load.write(
                                Wire.runHash(spec.run()),
                                spec.incarnation(),
                                partition,
                                initial.values(),
                                spec.layout().partition(partition)),
                        ServerClients::requireServed,
                        true));
            }
            return CompletableFuture.allOf(loads.toArray(CompletableFuture<?>[]::new));
        });
    }

    /**
     * Completes when range {@code server}'s file of the snapshot of {@code version} is written. A version that the plan
     * does not include is added to it, as long as no partition has passed it.
     */
    public CompletableFuture<SnapshotFile> snapshot(
            ServerAddress address, String run, long incarnation, int server, long version) {
        Request.Snapshot request = new Request.Snapshot(server, version, waitMillis);
        return start(
                peer(address),
                0,
                "snapshot of version " + version + " of range " + server + " of run '" + run + "'",
                () -> request.write(Wire.runHash(run), incarnation),
                reply -> {
                    requireServed(reply);
                    return reply.readSnapshot();
                },
                false);
    }

    /** Forgets all ranges of a run at this address, up to {@code incarnation}; completes even when there are none. */
    public CompletableFuture<Void> close(ServerAddress address, String run, long incarnation) {
        Request.Header request = new Request.Header(Wire.Kind.CLOSE, Wire.runHash(run), incarnation);
        return start(
                peer(address),
                0,
                "close run '" + run + "'",
                () -> request.start(0).flip(),
                ServerClients::requireServed,
                false);
    }

    /** What the host has done. */
    public CompletableFuture<ServerStatistics> statistics(ServerAddress address) {
        Request.Header request = new Request.Header(Wire.Kind.STATISTICS, 0, 0);
        return start(peer(address), 0, "statistics", () -> request.start(0).flip(), Reply::readStatistics, false);
    }

    /**
     * A client for one run's parameters under one incarnation.
     *
     * @param servers of all ranges, in order
     */
    public ParameterClient parameters(
            String run, long incarnation, ParameterLayout layout, List<ServerAddress> servers) {
        return new ParameterClient(this, run, incarnation, layout, servers);
    }

    /** Tells the server of partition 0 a range's sums of squares; completes with the norm of the whole gradient. */
    CompletableFuture<Double> norm(RangeSpec spec, long step, double[] squares) {
        Request.Norm request = new Request.Norm(step, spec.partitions().begin(), squares, waitMillis);
        return start(
                peer(spec.servers().get(0)),
                0,
                "gradient norm of step " + step + " of run '" + spec.run() + "'",
                () -> request.write(Wire.runHash(spec.run()), spec.incarnation()),
                reply -> {
                    if (reply.status() == Wire.Status.FENCED) {
                        throw new FencedException("incarnation " + reply.number() + " is served", reply.number());
                    }
                    return reply.body().getDouble();
                },
                false);
    }

    /** Longest time that a request lets the server wait before it must say "ask again". */
    int waitMillis() {
        return waitMillis;
    }

    synchronized Peer peer(ServerAddress address) {
        return peers.computeIfAbsent(address, to -> new Peer(to, transport, clock, timer));
    }

    /**
     * Begins a call.
     *
     * @param large whether its message is, so that it has to wait for a place in the window
     */
    <T> CompletableFuture<T> start(
            Peer peer, int lane, String what, Supplier<ByteBuffer> message, Function<Reply, T> decode, boolean large) {
        Call<T> call = new Call<>(peer, lane, what, message, decode);
        long number = begun.incrementAndGet();
        live.put(number, call);
        CompletableFuture<?> unused = call.whenComplete((result, failure) -> live.remove(number));
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

    @SuppressWarnings("NullAway") // a CompletableFuture<Void> has no other value
    private static Void requireServed(Reply reply) {
        if (reply.status() != Wire.Status.OK) {
            throw new ServerException(
                    ServerException.Reason.REFUSED, "fenced: incarnation " + reply.number() + " is served there now");
        }
        return null;
    }

    private void failSilent() {
        long now = clock.nanoTime();
        for (Call<?> call : live.values()) {
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
        for (Call<?> call : live.values()) {
            call.completeExceptionally(new ServerException(ServerException.Reason.CLOSED, "this client was closed"));
        }
        timer.shutdownNow();
        open.forEach(Peer::close);
        transport.close();
    }
}
