package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.server.waiting.Waiters;
import convoy.parameterserver.wire.Reply;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The steps of one range whose tensors are measured: gathers what partitions hand in, and answers who asks. The newest steps are
 * kept for who asks late.
 */
final class MeasuredSteps {
    private static final int MOST_KEPT = 64;

    private final RangeSpec spec;

    @GuardedBy("this")
    private final TreeMap<Long, Gathering> steps = new TreeMap<>();

    /** Nothing is known of this version and those before. */
    @GuardedBy("this")
    private long forgotten;

    private final Waiters<Consumer<ByteBuffer>> waiters;

    /** What has come so far, by position in the range. */
    private static final class Gathering {
        final double[][] squares;
        int missing;

        Gathering(int partitions) {
            squares = new double[partitions][];
            missing = partitions;
        }

        ByteBuffer reply() {
            return Reply.squares(
                    Arrays.stream(squares).flatMapToDouble(Arrays::stream).toArray());
        }
    }

    MeasuredSteps(RangeSpec spec) {
        this.spec = spec;
        waiters = new Waiters<>("wait for what is measured of " + spec);
        forgotten = spec.firstVersion();
    }

    /** Whether partitions are to measure the step that makes {@code version}. */
    boolean includes(long version) {
        return spec.measureEvery() > 0 && version % spec.measureEvery() == 0;
    }

    /** Takes what one partition has of the step that made {@code version}. */
    void add(long version, int partition, double[] squares) {
        ByteBuffer reply;
        List<Waiters.Waiter<Consumer<ByteBuffer>>> answered;
        synchronized (this) {
            Gathering gathering = steps.computeIfAbsent(
                    version, any -> new Gathering(spec.partitions().size()));
            gathering.squares[partition - spec.partitions().begin()] = squares;
            if (--gathering.missing > 0) {
                return;
            }
            forgetOld();
            reply = gathering.reply();
            answered = waiters.take(waiter -> waiter.version() == version);
        }
        Waiters.answer(answered, reply);
    }

    @GuardedBy("this")
    private void forgetOld() {
        Iterator<Map.Entry<Long, Gathering>> oldest = steps.entrySet().iterator();
        while (steps.size() > MOST_KEPT && oldest.hasNext()) {
            Map.Entry<Long, Gathering> entry = oldest.next();
            if (entry.getValue().missing > 0) {
                return;
            }
            forgotten = entry.getKey();
            oldest.remove();
        }
    }

    /** Answers with all of {@code version} once it is there. */
    void await(long version, long deadline, Consumer<ByteBuffer> answer) {
        ByteBuffer reply;
        synchronized (this) {
            if (!includes(version) || version <= forgotten) {
                throw new IllegalArgumentException("the step before version " + version + " of " + spec
                        + " is not measured: it is where the version can be divided by " + spec.measureEvery()
                        + " and comes after " + forgotten);
            }
            Gathering gathering = steps.get(version);
            if (gathering == null || gathering.missing > 0) {
                waiters.add(version, deadline, answer);
                return;
            }
            reply = gathering.reply();
        }
        answer.accept(reply);
    }

    void expire(long now) {
        waiters.expire(now);
    }

    void dismiss(ByteBuffer reply) {
        waiters.dismiss(reply);
    }
}
