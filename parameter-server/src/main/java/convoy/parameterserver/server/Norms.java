package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.server.waiting.Waiters;
import convoy.parameterserver.wire.Reply;
import java.nio.ByteBuffer;
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
    private final long firstStep;
    private final Counters counters;

    /** The step whose sums are gathered. */
    @GuardedBy("this")
    private long step;

    @GuardedBy("this")
    private final double[] squares;

    @GuardedBy("this")
    private final boolean[] there;

    @GuardedBy("this")
    private int missing;

    /** The norm of the step before; a server whose connection broke may ask for it again. */
    @GuardedBy("this")
    private double last = Double.NaN;

    private final Waiters<Consumer<ByteBuffer>> waiters = new Waiters<>("wait for a gradient norm");

    Norms(int partitions, long firstStep, Counters counters) {
        this.partitions = partitions;
        this.counters = counters;
        this.firstStep = firstStep;
        step = firstStep;
        squares = new double[partitions];
        there = new boolean[partitions];
        missing = partitions;
    }

    /**
     * Takes a server's sums of squares of a step and answers with the norm when all have come. Repetitions do no harm.
     *
     * <p>No server can be further than one step behind another here: it cannot complete a step without that step's norm.
     */
    void add(long of, int firstPartition, double[] sums, long deadline, Consumer<ByteBuffer> answer) {
        if (firstPartition < 0 || sums.length > partitions - firstPartition) {
            throw new IllegalArgumentException("sums of squares of partitions [" + firstPartition + ", "
                    + (firstPartition + (long) sums.length) + "): there are " + partitions);
        }
        double norm;
        List<Waiters.Waiter<Consumer<ByteBuffer>>> answered = List.of();
        synchronized (this) {
            if (of == step - 1 && of >= firstStep) {
                norm = last;
            } else if (of != step) {
                throw new IllegalArgumentException(
                        "sums of squares of step " + of + ": step " + step + " is under way");
            } else {
                for (int i = 0; i < sums.length; i++) {
                    if (!there[firstPartition + i]) {
                        there[firstPartition + i] = true;
                        squares[firstPartition + i] = sums[i];
                        missing--;
                    }
                }
                if (missing > 0) {
                    waiters.add(of, deadline, answer);
                    return;
                }
                norm = total();
                last = norm;
                counters.gradientNorm = norm;
                step++;
                missing = partitions;
                Arrays.fill(there, false);
                answered = waiters.take(all -> true);
            }
        }
        answer.accept(Reply.norm(norm));
        Waiters.answer(answered, Reply.norm(norm));
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
        waiters.expire(now);
    }

    void dismiss(ByteBuffer reply) {
        waiters.dismiss(reply);
    }
}
