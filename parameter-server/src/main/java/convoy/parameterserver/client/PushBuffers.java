package convoy.parameterserver.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Memory for push messages, used again when nobody can still be reading it. Safe for use by several threads.
 *
 * <p>An answer says that the server has read a message, and not which one if it was sent more than once: the socket of another
 * connection may still be writing the others. One that were used again then would leave torn, with the length of one push and
 * sums of another. So a push that was repeated gives nothing back, and the collector frees its messages.
 */
final class PushBuffers {
    private final int bytes;
    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

    /** @param bytes of each */
    PushBuffers(int bytes) {
        this.bytes = bytes;
    }

    /** For one push and its repetitions. */
    Lease lease() {
        return new Lease();
    }

    /** How many wait for use. */
    int waiting() {
        return free.size();
    }

    /** The messages of one push. */
    final class Lease {
        @GuardedBy("this")
        private Optional<ByteBuffer> only = Optional.empty();

        @GuardedBy("this")
        private boolean repeated;

        /** Memory for the message, another for each repetition. */
        synchronized ByteBuffer take() {
            ByteBuffer last = free.pollLast();
            ByteBuffer buffer = last != null ? last : ByteBuffer.allocateDirect(bytes);
            repeated |= only.isPresent();
            only = Optional.of(buffer);
            return buffer;
        }

        /** The server has read one of the messages. */
        synchronized void answered() {
            if (!repeated) {
                only.ifPresent(free::addLast);
            }
            // Whatever is sent after this is nobody's to give back.
            repeated = true;
        }
    }
}
