package convoy.parameterserver.server.waiting;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Requests whose answer is not known yet: kept until somebody takes them to answer them, told to ask again when their time is over, and
 * dismissed when there is no more to be waited for. Safe for use by several threads; whoever holds a lock while it looks whether the answer
 * is known keeps it while it adds.
 *
 * @param <A> who waits
 */
public final class Waiters<A extends Consumer<ByteBuffer>> {
    /** The most that one partition, snapshot or norm lets wait; far more than a cluster has workers. */
    public static final int LIMIT = 10_000;

    private final String what;

    @GuardedBy("this")
    private List<Waiter<A>> waiters = new ArrayList<>();

    /** What those who come from now on are answered. */
    @GuardedBy("this")
    private Optional<ByteBuffer> dismissal = Optional.empty();

    /**
     * One of them.
     *
     * @param <A> who waits
     * @param version what it waits for
     * @param deadline time of the server's clock, in nanoseconds, at which it is told to ask again, so that a peer that is alive never
     *     looks dead
     * @param answer takes the reply; does not block
     */
    public record Waiter<A>(long version, long deadline, A answer) {}

    /**
     * Nobody waits yet.
     *
     * @param what they do, for whoever is one too many: "pulls wait for partition 3"
     */
    public Waiters(String what) {
        this.what = what;
    }

    /**
     * Lets somebody wait; once everybody was dismissed it is answered at once.
     *
     * @param version what it waits for
     * @param deadline time of the server's clock, in nanoseconds
     * @param answer takes the reply; does not block
     * @throws IllegalArgumentException if there are too many
     */
    public void add(long version, long deadline, A answer) {
        Optional<ByteBuffer> over;
        synchronized (this) {
            over = dismissal;
            if (over.isEmpty()) {
                if (waiters.size() >= LIMIT) {
                    throw new IllegalArgumentException("more than " + LIMIT + " " + what);
                }
                waiters.add(new Waiter<>(version, deadline, answer));
            }
        }
        over.ifPresent(reply -> answer.accept(reply.duplicate()));
    }

    /**
     * Hands out those that are to be answered now.
     *
     * @param known whether one is
     * @return in the order in which they came; they wait here no more
     */
    public synchronized List<Waiter<A>> take(Predicate<Waiter<A>> known) {
        List<Waiter<A>> taken = new ArrayList<>();
        for (Iterator<Waiter<A>> all = waiters.iterator(); all.hasNext(); ) {
            Waiter<A> waiter = all.next();
            if (known.test(waiter)) {
                all.remove();
                taken.add(waiter);
            }
        }
        return taken;
    }

    /**
     * Tells those whose time is over to ask again.
     *
     * @param now time of the server's clock, in nanoseconds
     */
    public void expire(long now) {
        answer(take(waiter -> now - waiter.deadline >= 0), Reply.of(Wire.Status.NOT_YET, 0));
    }

    /**
     * Gives everybody the same answer, and those who come yet.
     *
     * @param reply positioned at its first byte
     */
    public void dismiss(ByteBuffer reply) {
        List<Waiter<A>> dismissed;
        synchronized (this) {
            if (dismissal.isPresent()) {
                return;
            }
            dismissal = Optional.of(reply);
            dismissed = waiters;
            waiters = new ArrayList<>();
        }
        answer(dismissed, reply);
    }

    /**
     * Gives some that were taken the same answer; by a thread that holds no lock.
     *
     * @param taken from those that wait
     * @param reply positioned at its first byte
     */
    public static void answer(List<? extends Waiter<? extends Consumer<ByteBuffer>>> taken, ByteBuffer reply) {
        for (Waiter<? extends Consumer<ByteBuffer>> waiter : taken) {
            waiter.answer().accept(reply.duplicate());
        }
    }
}
