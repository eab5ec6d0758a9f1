package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.ServerAddress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;

/**
 * One server as a client sees it: its connections, made when needed and made anew when lost, and the window of large
 * messages that may be under way.
 */
final class Peer {
    /** Large messages under way on one connection: enough to keep it busy, few enough to stay in the processor's caches. */
    private static final int WINDOW = 4;

    private static final long PAUSE_MILLIS = 100;

    private final ServerAddress address;
    private final int connections;
    private final TransportClientFactory factory;

    /** Spark connects and authenticates in the calling thread, and a peer that hangs keeps it: one thread for each. */
    private final Executor connectors;

    private final ScheduledExecutorService timer;
    private volatile long lastHeard = System.nanoTime();

    @GuardedBy("this")
    private final List<CompletableFuture<TransportClient>> lanes = new ArrayList<>();

    @GuardedBy("this")
    private final Deque<Call<?>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int underWay;

    @GuardedBy("this")
    private boolean closed;

    Peer(
            ServerAddress address,
            int connections,
            TransportClientFactory factory,
            Executor connectors,
            ScheduledExecutorService timer) {
        this.address = address;
        this.connections = connections;
        this.factory = factory;
        this.connectors = connectors;
        this.timer = timer;
        for (int lane = 0; lane < connections; lane++) {
            lanes.add(CompletableFuture.failedFuture(new IOException("not connected yet")));
        }
    }

    ServerAddress address() {
        return address;
    }

    void heard() {
        lastHeard = System.nanoTime();
    }

    long lastHeard() {
        return lastHeard;
    }

    /** The connection that carries a lane's calls; under way, there, or failed with what is to be said about it. */
    CompletableFuture<TransportClient> connection(int lane) {
        int slot = lane % connections;
        CompletableFuture<TransportClient> connecting = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<TransportClient> known = lanes.get(slot);
            if (closed || !known.isDone() || isUsable(known)) {
                return known;
            }
            lanes.set(slot, connecting);
        }
        try {
            connectors.execute(() -> connect(slot, connecting));
        } catch (RejectedExecutionException e) {
            connecting.completeExceptionally(new IOException("this client is closed", e));
        } catch (Error e) {
            // No thread is to be had. Left as it is, the lane would be connecting for ever.
            connecting.completeExceptionally(new IOException("cannot connect to " + address + ": " + e, e));
        }
        return connecting;
    }

    private static boolean isUsable(CompletableFuture<TransportClient> connection) {
        return !connection.isCompletedExceptionally() && connection.join().isActive();
    }

    private void connect(int slot, CompletableFuture<TransportClient> connecting) {
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
                    isRefusal(e) ? refusal("the connection", e) : new IOException(firstLine(e), e));
            return;
        } catch (Error e) {
            connecting.completeExceptionally(new IOException("cannot connect to " + address + ": " + e, e));
            return;
        }
        boolean wanted;
        synchronized (this) {
            wanted = !closed && lanes.get(slot) == connecting;
        }
        if (wanted) {
            connecting.complete(client);
        } else {
            client.close();
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

    /** What a server's failure to handle a message, or to accept this client at all, amounts to. */
    ServerException refusal(String what, Throwable failure) {
        if (isRefusal(failure)) {
            return new ServerException(
                    ServerException.Reason.UNAUTHENTICATED,
                    address + " refused this client: the application's secret differs, or only one side authenticates"
                            + " (check spark.authenticate and spark.authenticate.secret on both sides)",
                    failure);
        }
        return new ServerException(
                ServerException.Reason.REFUSED, address + " failed at " + what + ": " + firstLine(failure), failure);
    }

    /** Spark tells these apart by text alone; the last is this server's answer to a challenge on a port without secret. */
    private static boolean isRefusal(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.contains(Gate.REFUSAL)
                || text.contains("Unknown challenge message")
                || text.contains("no Convoy message");
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
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
        List<CompletableFuture<TransportClient>> connections;
        synchronized (this) {
            closed = true;
            connections = List.copyOf(lanes);
        }
        for (CompletableFuture<TransportClient> connection : connections) {
            if (connection.isDone() && isUsable(connection)) {
                connection.join().close();
            }
        }
    }
}
