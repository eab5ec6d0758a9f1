package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.transport.Transport.Connection;
import convoy.parameterserver.wire.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One request to one server, until it is answered: sent again when the connection breaks or the server says "ask again",
 * failed when the server is silent for too long. All requests may safely arrive twice.
 */
final class Call<T> extends CompletableFuture<T> {
    private final Peer peer;
    private final int lane;
    private final String what;
    private final Supplier<ByteBuffer> message;
    private final Function<Reply, T> decode;

    /** When the server last owed us an answer, or told us to ask again; not moved by a lost connection. */
    @GuardedBy("this")
    private long since;

    /** Not yet sent because earlier ones fill the window: then any answer to those is a sign of life for this one too. */
    @GuardedBy("this")
    private boolean queued;

    /** Done or about to be: no message is made and no answer taken any more. */
    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private Optional<Connection> sentOn = Optional.empty();

    @GuardedBy("this")
    private String trouble = "";

    /**
     * A call that is not under way yet.
     *
     * @param lane which of the connections to the server carries it
     * @param what for error messages: what was asked
     * @param message makes the message, anew for each time it is sent
     * @param decode turns an OK, SUPERSEDED, FENCED or HELD into the result; runs on a thread of the transport's, under this call's lock, so
     *     that it has no effect once the call is cancelled
     */
    Call(Peer peer, int lane, String what, Supplier<ByteBuffer> message, Function<Reply, T> decode) {
        this.peer = peer;
        this.lane = lane;
        this.what = what;
        this.message = message;
        this.decode = decode;
        this.since = peer.clock().nanoTime();
    }

    synchronized void queue() {
        queued = true;
    }

    /** Connects if need be, and sends. */
    void send() {
        synchronized (this) {
            if (queued) {
                queued = false;
                since = peer.clock().nanoTime();
            }
        }
        if (isDone()) {
            return;
        }
        try {
            CompletableFuture<?> unused = peer.connection(lane).whenComplete((connection, failure) -> {
                if (failure == null) {
                    sendOn(connection);
                } else {
                    repeatAfter(failure);
                }
            });
        } catch (Error e) {
            // No thread is to be had, say. This may be a timer's, which nobody asks how it went.
            completeExceptionally(new ServerException(
                    ServerException.Reason.REFUSED, "cannot send " + what + " to " + peer.address() + ": " + e, e));
        }
    }

    private void sendOn(Connection connection) {
        ByteBuffer bytes;
        try {
            synchronized (this) {
                if (over) {
                    return;
                }
                // Under the lock: once the call is over its caller may change what the message is made of.
                bytes = message.get();
                sentOn = Optional.of(connection);
            }
            connection.send(bytes, new Receiver());
        } catch (RuntimeException | Error e) {
            completeExceptionally(new ServerException(
                    ServerException.Reason.REFUSED, "cannot send " + what + " to " + peer.address() + ": " + e, e));
        }
    }

    /** Takes the answer, on a thread of the transport's. */
    private final class Receiver implements Transport.Answer {
        @Override
        public void reply(ByteBuffer response) {
            peer.heard();
            try {
                take(Reply.read(response));
            } catch (RuntimeException | Error e) {
                completeExceptionally(new ServerException(
                        ServerException.Reason.REFUSED,
                        "the answer of " + peer.address() + " to " + what + " cannot be taken: " + e,
                        e));
            }
        }

        @Override
        public void failed(Throwable failure) {
            repeatAfter(failure);
        }
    }

    private void take(Reply reply) {
        switch (reply.status()) {
            case OK, SUPERSEDED, FENCED, HELD -> {
                T result;
                try {
                    synchronized (this) {
                        if (over) {
                            return;
                        }
                        result = decode.apply(reply);
                    }
                } catch (ServerException e) {
                    completeExceptionally(e);
                    return;
                }
                complete(result);
            }
            case NOT_YET -> {
                synchronized (this) {
                    since = peer.clock().nanoTime();
                }
                send();
            }
            case NOT_OPEN ->
                completeExceptionally(new ServerException(
                        ServerException.Reason.NOT_OPEN, peer.address() + " cannot do " + what + ": " + reply.line()));
            case FAILED ->
                completeExceptionally(new ServerException(
                        ServerException.Reason.FAILED, "server " + peer.address() + " " + reply.line()));
            case REFUSED ->
                completeExceptionally(new ServerException(
                        ServerException.Reason.REFUSED, peer.address() + " refused " + what + ": " + reply.line()));
        }
    }

    private void repeatAfter(Throwable failure) {
        if (failure instanceof ServerException refused) {
            completeExceptionally(refused);
        } else if (failure instanceof IOException) {
            synchronized (this) {
                trouble = ": " + failure.getMessage();
            }
            peer.later(this::send);
        } else {
            completeExceptionally(Refusals.of(peer.address(), what, failure));
        }
    }

    /** Fails the call if the server has been silent for too long; a connection that is to blame is closed. */
    void failIfSilent(long now, long silenceNanos) {
        Optional<Connection> blamed;
        String message;
        synchronized (this) {
            long last = queued ? Math.max(since, peer.lastHeard()) : since;
            if (isDone() || now - last <= silenceNanos) {
                return;
            }
            blamed = sentOn;
            if (blamed.isEmpty() && !queued) {
                peer.abandon(lane);
            }
            message = "no answer from " + peer.address() + " to " + what + " within " + silenceNanos / 1_000_000 + " ms"
                    + trouble;
        }
        completeExceptionally(new ServerException(ServerException.Reason.UNREACHABLE, message));
        blamed.ifPresent(Connection::close);
    }

    private synchronized void end() {
        over = true;
    }

    /** Waits while an answer is being taken: once this returns nothing of the caller's is read or written any more. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        end();
        return super.cancel(mayInterruptIfRunning);
    }

    /** Waits while an answer is being taken: once this returns nothing of the caller's is read or written any more. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        end();
        return super.completeExceptionally(failure);
    }
}
