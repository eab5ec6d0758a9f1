package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.Transport.Connection;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One server as a client sees it: its connections, made when needed and made anew when lost, and the window of large
 * messages that may be under way.
 */
final class Peer {
    /** Large messages under way on one connection: enough to keep it busy, few enough to stay in the processor's caches. */
    private static final int WINDOW = 4;

    private static final long PAUSE_MILLIS = 100;

    private final ServerAddress address;
    private final Transport transport;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final int connections;
    private volatile long lastHeard;

    @GuardedBy("this")
    private final List<CompletableFuture<Connection>> lanes = new ArrayList<>();

    @GuardedBy("this")
    private final Deque<Call<?>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int underWay;

    @GuardedBy("this")
    private boolean closed;

    /** @param timer repeats what was lost, a little later */
    Peer(ServerAddress address, Transport transport, Clock clock, ScheduledExecutorService timer) {
        this.address = address;
        this.transport = transport;
        this.clock = clock;
        this.timer = timer;
        this.connections = transport.connections();
        this.lastHeard = clock.nanoTime();
        for (int lane = 0; lane < connections; lane++) {
            lanes.add(CompletableFuture.failedFuture(new IOException("not connected yet")));
        }
    }

    Clock clock() {
        return clock;
    }

    ServerAddress address() {
        return address;
    }

    void heard() {
        lastHeard = clock.nanoTime();
    }

    long lastHeard() {
        return lastHeard;
    }

    /** The connection that carries a lane's calls; under way, there, or failed with what is to be said about it. */
    CompletableFuture<Connection> connection(int lane) {
        int slot = lane % connections;
        CompletableFuture<Connection> connecting = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<Connection> known = lanes.get(slot);
            if (closed || !known.isDone() || isUsable(known)) {
                return known;
            }
            lanes.set(slot, connecting);
        }
        CompletableFuture<?> unused = transport.connect(address).whenComplete((made, failure) -> {
            if (failure == null) {
                connected(slot, connecting, made);
            } else {
                connecting.completeExceptionally(failure);
            }
        });
        return connecting;
    }

    private static boolean isUsable(CompletableFuture<Connection> connection) {
        return !connection.isCompletedExceptionally() && connection.join().isActive();
    }

    private void connected(int slot, CompletableFuture<Connection> connecting, Connection connection) {
        boolean wanted;
        synchronized (this) {
            wanted = !closed && lanes.get(slot) == connecting;
        }
        if (wanted) {
            connecting.complete(connection);
        } else {
            connection.close();
            connecting.completeExceptionally(new IOException("the connection to " + address + " came too late"));
        }
    }

    /** Gives up a connection that is still not there, so that the next call tries anew. */
    synchronized void abandon(int lane) {
        int slot = lane % connections;
        if (!lanes.get(slot).isDone()) {
            lanes.set(slot, CompletableFuture.failedFuture(new IOException("abandoned")));
        }
    }

    /** Runs something a little later: a connection was refused or lost. */
    void later(Runnable work) {
        try {
            Future<?> unused = timer.schedule(work, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, which has failed every call already.
            heard();
        }
    }

    /** Sends a call with a large message, now or when earlier ones have been answered. */
    void enqueue(Call<?> call) {
        call.queue();
        synchronized (this) {
            waiting.addLast(call);
        }
        sendWaiting();
    }

    private void sendWaiting() {
        while (true) {
            Call<?> next;
            synchronized (this) {
                if (waiting.isEmpty() || underWay >= WINDOW * connections) {
                    return;
                }
                next = waiting.removeFirst();
                underWay++;
            }
            // Runs at once if the call was cancelled while it waited.
            CompletableFuture<?> unused = next.whenComplete((result, failure) -> {
                synchronized (this) {
                    underWay--;
                }
                sendWaiting();
            });
            next.send();
        }
    }

    void close() {
        List<CompletableFuture<Connection>> connections;
        synchronized (this) {
            closed = true;
            connections = List.copyOf(lanes);
        }
        for (CompletableFuture<Connection> connection : connections) {
            if (connection.isDone() && isUsable(connection)) {
                connection.join().close();
            }
        }
    }
}
