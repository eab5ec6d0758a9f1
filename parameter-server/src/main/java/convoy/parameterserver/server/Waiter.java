package convoy.parameterserver.server;

import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A request whose answer is not known yet. Whoever holds waiters guards their list.
 *
 * @param <A> who waits
 * @param version what it waits for
 * @param deadline time of the server's clock, in nanoseconds, at which it is told to ask again, so that a peer that is alive never looks dead
 * @param answer takes the reply; does not block
 */
record Waiter<A extends Consumer<ByteBuffer>>(long version, long deadline, A answer) {
    /** The most that one partition, snapshot or norm lets wait; far more than a cluster has workers. */
    static final int LIMIT = 10_000;

    /** Removes and returns those whose time is over. */
    static <A extends Consumer<ByteBuffer>> List<Waiter<A>> takeExpired(List<Waiter<A>> waiters, long now) {
        List<Waiter<A>> expired = new ArrayList<>();
        for (Iterator<Waiter<A>> all = waiters.iterator(); all.hasNext(); ) {
            Waiter<A> waiter = all.next();
            if (now - waiter.deadline >= 0) {
                all.remove();
                expired.add(waiter);
            }
        }
        return expired;
    }

    static void tellToAskAgain(List<? extends Waiter<?>> waiters) {
        for (Waiter<?> waiter : waiters) {
            waiter.answer.accept(Reply.of(Wire.Status.NOT_YET, 0));
        }
    }
}
