package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adds up the global gradient norm of a step at the server of partition 0, from every partition's sum of squares.
 *
 * <p>The sums are added in the order of the partitions, whose grid does not depend on the number of servers; so neither
 * does the norm's last bit.
 */
final class Norms {
    private final int partitions;
    private final Counters counters;

    @GuardedBy("this")
    private long step = -1;

    @GuardedBy("this")
    private final double[] squares;

    @GuardedBy("this")
    private final boolean[] there;

    @GuardedBy("this")
    private int missing;

    /** The last two norms: a server that asks again may be one step behind. */
    @GuardedBy("this")
    private double last = Double.NaN;

    @GuardedBy("this")
    private double lastButOne = Double.NaN;

    @GuardedBy("this")
    private List<Waiter> waiters = new ArrayList<>();

    Norms(int partitions, Counters counters) {
        this.partitions = partitions;
        this.counters = counters;
        squares = new double[partitions];
        there = new boolean[partitions];
    }

    /** Takes a server's sums of squares of a step and answers with the norm when all have come. Repetitions do no harm. */
    void add(long of, int firstPartition, double[] sums, long deadline, Consumer<ByteBuffer> answer) {
        if (firstPartition < 0 || sums.length > partitions - firstPartition) {
            throw new IllegalArgumentException("sums of squares of partitions [" + firstPartition + ", "
                    + (firstPartition + (long) sums.length) + "): there are " + partitions);
        }
        double norm;
        List<Waiter> answered = List.of();
        synchronized (this) {
            if (of > step) {
                if (missing > 0) {
                    throw new IllegalArgumentException("sums of squares of step " + of + " while step " + step
                            + " lacks " + missing + " of its partitions");
                }
                step = of;
                lastButOne = last;
                last = Double.NaN;
                missing = partitions;
                Arrays.fill(there, false);
            }
            if (of == step && missing > 0) {
                for (int i = 0; i < sums.length; i++) {
                    if (!there[firstPartition + i]) {
                        there[firstPartition + i] = true;
                        squares[firstPartition + i] = sums[i];
                        missing--;
                    }
                }
                if (missing > 0) {
                    waiters.add(new Waiter(of, deadline, answer));
                    return;
                }
                last = total();
                counters.gradientNorm = last;
                answered = waiters;
                waiters = new ArrayList<>();
            } else if (of < step - 1) {
                throw new IllegalArgumentException(
                        "sums of squares of step " + of + ": step " + step + " is under way");
            }
            norm = of == step ? last : lastButOne;
        }
        answer.accept(Reply.norm(norm));
        for (Waiter waiter : answered) {
            waiter.answer().accept(Reply.norm(norm));
        }
    }

    @GuardedBy("this")
    private double total() {
        double total = 0;
        for (double square : squares) {
            total += square;
        }
        return Math.sqrt(total);
    }

    void expire(long now) {
        List<Waiter> expired;
        synchronized (this) {
            expired = Waiter.takeExpired(waiters, now);
        }
        Waiter.tellToAskAgain(expired);
    }

    void dismiss(ByteBuffer reply) {
        List<Waiter> dismissed;
        synchronized (this) {
            dismissed = waiters;
            waiters = new ArrayList<>();
        }
        for (Waiter waiter : dismissed) {
            waiter.answer().accept(reply.duplicate());
        }
    }
}
