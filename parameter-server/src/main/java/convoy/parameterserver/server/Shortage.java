package convoy.parameterserver.server;

import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the process has run out of memory while it served. Such a server is as good as lost: what was under way may be half done, and
 * what it is asked next would fail as well. So it lets go of all it has and answers that it serves nothing, and its ranges are restored
 * elsewhere. Safe for use by several threads.
 */
final class Shortage {
    private static final Logger LOG = LoggerFactory.getLogger(Shortage.class);

    /** Made while there is memory. */
    private final ByteBuffer reply =
            Reply.text(Wire.Status.NOT_OPEN, "the server ran out of memory and serves nothing any more");

    private final AtomicBoolean happened = new AtomicBoolean();
    private final Consumer<ByteBuffer> letGo;

    /** @param letGo drops all ranges; whoever waits gets this answer */
    Shortage(Consumer<ByteBuffer> letGo) {
        this.letGo = letGo;
    }

    /** Whether a failure is one of memory, on the heap or beside it; then everything is let go of. */
    boolean isShort(Throwable failure) {
        Throwable cause = failure;
        // A chain that bites its tail is cut.
        for (int depth = 0; depth < 20 && cause != null; depth++, cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError error) {
                end(error);
                return true;
            }
        }
        return false;
    }

    private void end(OutOfMemoryError error) {
        if (happened.compareAndSet(false, true)) {
            letGo.accept(reply);
            LOG.error(
                    "This server ends, as its process is out of memory ({}): its ranges are restored elsewhere",
                    error.toString());
        }
    }

    /** What everybody is answered from now on; empty as long as there is memory. */
    Optional<ByteBuffer> reply() {
        return happened.get() ? Optional.of(reply.duplicate()) : Optional.empty();
    }
}
