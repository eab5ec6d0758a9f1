package convoy.parameterserver.transport;

import convoy.parameterserver.range.ServerAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * What carries requests to servers and their answers back: Spark's network layer, or memory. It may lose a connection at any time and
 * says so; whoever asks repeats what was lost. Nothing of it blocks its caller.
 */
public interface Transport extends AutoCloseable {
    /** {@return how many connections go to each server} */
    int connections();

    /**
     * Connects, on a thread of its own or at once.
     *
     * @param address of the server
     * @return fails with an {@link java.io.IOException} if it may be tried again, with a {@link ServerException} if the server will not
     *     have this client
     */
    CompletableFuture<Connection> connect(ServerAddress address);

    /** Closes what is left; nothing is answered any more. */
    @Override
    void close();

    /** A way to one server. Safe for use by several threads. */
    interface Connection {
        /** {@return whether it was not lost yet} */
        boolean isActive();

        /**
         * Sends a request.
         *
         * @param message read before this returns, or not changed until it is answered
         * @param answer told on any thread
         */
        void send(ByteBuffer message, Answer answer);

        /** Closes it: what is not answered yet fails. */
        void close();
    }

    /** Who waits for the answer to a request; does not block. */
    interface Answer {
        /**
         * The server's reply, valid during this call alone.
         *
         * @param reply positioned at its first byte
         */
        void reply(ByteBuffer reply);

        /**
         * There is none: an {@link java.io.IOException} if the connection was lost, anything else if the server failed
         * at it.
         *
         * @param failure why
         */
        void failed(Throwable failure);
    }
}
