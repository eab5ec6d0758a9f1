package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.wire.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connections to servers. Nothing here blocks its caller: connecting, authenticating and every request run
 * under a deadline of their own, so that a peer that hangs costs a future that fails, never a thread that waits.
 *
 * <p>Futures complete on the transport's threads; what follows on them without an executor of its own must not block.
 */
public final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

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

    private Connections(Transport transport, Clock clock, Duration silence) {
        this.transport = transport;
        this.clock = clock;
        timer = clock.timer("convoy-deadline");
        silenceNanos = silence.toNanos();
        waitMillis = (int) Math.min(30_000, silence.toMillis() / 3);
        long sweep = Math.max(10, silence.toMillis() / 20);
        Future<?> unused = timer.scheduleWithFixedDelay(this::failSilent, sweep, sweep, TimeUnit.MILLISECONDS);
    }

    /**
     * Over any transport, which is closed with it, or at once if the silence is refused. No connection is made yet.
     *
     * @param transport what carries requests
     * @param clock by which servers are silent; its timer watches them
     * @param silence how long a server may take to give any answer (it answers a request that waits for something several
     *     times within it) before a request fails as {@link ServerException.Reason#UNREACHABLE}; at least 100 ms
     * @return to be closed
     */
    public static Connections over(Transport transport, Clock clock, Duration silence) {
        if (silence.toMillis() < 100) {
            transport.close();
            throw new IllegalArgumentException("silence = " + silence.toMillis() + " ms: at least 100 ms are needed");
        }
        return new Connections(transport, clock, silence);
    }

    /**
     * {@return the longest time, in milliseconds, that a request lets the server wait before it must say "ask again"}
     */
    public int waitMillis() {
        return waitMillis;
    }

    private synchronized Peer peer(ServerAddress address) {
        return peers.computeIfAbsent(address, to -> new Peer(to, transport, clock, timer));
    }

    /**
     * Sends a request, again and again if need be, until it is answered. All requests may safely arrive twice.
     *
     * @param <T> what the answer is turned into
     * @param address of the server
     * @param lane which of the connections to the server carries it, modulo their number
     * @param what for error messages: what is asked
     * @param message makes the message, anew for each time it is sent
     * @param decode turns an OK, SUPERSEDED, FENCED or HELD into the result; runs on a thread of the transport's, never once the future is
     *     cancelled or has failed
     * @param large whether its message is, so that it has to wait for a place in the window
     * @return the answer; fails with a {@link ServerException}. One that is cancelled is not asked for any more
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
