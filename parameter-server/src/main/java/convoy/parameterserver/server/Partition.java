package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One partition of a range: its values, the sums that are under way for the next version, and who waits for it.
 *
 * <p>A partition that stands at version v adds up the subtree sums of step v. When the root is complete it belongs to one
 * updating thread until that has raised the version; meanwhile its lock is free, pulls of v are answered from an
 * immutable copy and further pushes of step v are dropped as duplicates. The lock is held for bookkeeping and for adding
 * one message at most, so that event loops may take it.
 *
 * <p>Version v - 1 is kept too: a worker that died after it had pushed some partitions only makes others compute step v -
 * 1 again, when this partition may stand at v already.
 */
final class Partition {
    private final int index;
    private final SumTree tree;
    private final ValuesMessage.Pool messages;
    private final Takers takers;

    /** The updating thread's while {@link #updating}, else the lock's. */
    private final PartitionValues values;

    /** -1 until the first values are there. */
    @GuardedBy("this")
    private long version = -1;

    @GuardedBy("this")
    private boolean updating;

    /** Held pull answers of {@link #version} and of the one before; empty while there is none. */
    @GuardedBy("this")
    private Optional<ValuesMessage> current = Optional.empty();

    @GuardedBy("this")
    private Optional<ValuesMessage> previous = Optional.empty();

    /** Of step {@link #version}. */
    @GuardedBy("this")
    private final PendingSums pending;

    @GuardedBy("this")
    private List<Waiter<PullAnswer>> waiters = new ArrayList<>();

    /**
     * Who is handed something when a version has come.
     *
     * @param snapshots a copy, of some versions
     * @param measured what the step was, of some steps
     */
    record Takers(Snapshots snapshots, MeasuredSteps measured) {}

    /** The sums of a whole step, in this partition's part of a slab; the thread that has them owns the partition. */
    @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread, never compared
    record Complete(long step, long examples, float[] sums) {}

    /**
     * What became of a push.
     *
     * @param reply for the pusher
     * @param dropped whether it brought nothing new
     * @param complete present if the step is whole with it
     */
    record Pushed(ByteBuffer reply, boolean dropped, Optional<Complete> complete) {}

    Partition(
            int index, SumTree tree, PartitionValues values, Slabs slabs, ValuesMessage.Pool messages, Takers takers) {
        this.index = index;
        this.tree = tree;
        this.messages = messages;
        this.takers = takers;
        this.values = values;
        pending = new PendingSums(tree, values.local(), slabs);
    }

    int index() {
        return index;
    }

    /** -1 until the first values are there. */
    synchronized long version() {
        return version;
    }

    /** Takes the first values from a message; a repetition is ignored. */
    void load(FloatBuffer first, long firstVersion) {
        int size = values.local().size();
        if (first.remaining() != size) {
            throw new IllegalArgumentException(
                    Counts.plain(first.remaining(), "value") + " for partition " + index + ", which has " + size);
        }
        synchronized (this) {
            if (version >= 0) {
                return;
            }
            values.load(first);
        }
        begin(firstVersion);
    }

    /** The first values are in {@link #values}: answers who waits for them. */
    void begin(long firstVersion) {
        List<Answered> answered;
        synchronized (this) {
            if (version >= 0) {
                return;
            }
            version = firstVersion;
            ValuesMessage message = messages.take(firstVersion, values.local().size());
            values.writeTo(message);
            current = Optional.of(message);
            answered = takeAnswered();
        }
        answered.forEach(Answered::answer);
    }

    /** Answers a pull now, or keeps it until its version is there. Returns whether values were sent. */
    boolean pull(long wanted, long deadline, PullAnswer answer) {
        Answered answered;
        synchronized (this) {
            if (wanted > version) {
                if (waiters.size() >= Waiter.LIMIT) {
                    throw new IllegalArgumentException(
                            "more than " + Waiter.LIMIT + " pulls wait for partition " + index);
                }
                waiters.add(new Waiter<>(wanted, deadline, answer));
                return false;
            }
            answered = answered(wanted, answer);
        }
        answered.answer();
        return answered.values.isPresent();
    }

    /** Adds a subtree's sums to the step they belong to, or drops them as no longer needed. */
    synchronized Pushed push(long step, Subtree subtree, int examples, FloatBuffer sums) {
        if (!tree.contains(subtree)) {
            throw new IllegalArgumentException(subtree + " is no node of the sum tree of "
                    + Counts.plain(tree.leaves(), "micro-batch", "micro-batches"));
        }
        int size = values.local().size();
        if (sums.remaining() != size) {
            throw new IllegalArgumentException(
                    Counts.plain(sums.remaining(), "sum") + " for partition " + index + ", which has " + size);
        }
        if (step > version || step < 0) {
            throw new IllegalArgumentException("step " + step + " of partition " + index + ", which stands at version "
                    + version + ": only a step whose version has been pulled can be pushed");
        }
        if (step < version) {
            return new Pushed(Reply.of(Wire.Status.SUPERSEDED, version), true, Optional.empty());
        }
        ByteBuffer accepted = Reply.of(Wire.Status.OK, version);
        if (updating || pending.covers(subtree)) {
            return new Pushed(accepted, true, Optional.empty());
        }
        Optional<PendingSums.Sum> whole = pending.add(subtree, examples, sums);
        updating = whole.isPresent();
        return new Pushed(accepted, false, whole.map(sum -> new Complete(step, sum.examples(), sum.slab())));
    }

    /** Averages a step and returns the sum of squares of its gradient. */
    double averageAndSquare(Complete complete) {
        return values.averageAndSquare(complete.sums, complete.examples);
    }

    /** Averages a step, applies it and raises the version. */
    void update(Complete complete) {
        ValuesMessage message = messages.take(complete.step + 1, values.local().size());
        Optional<TensorSquares> squares = squares(complete.step + 1);
        values.update(complete, message, squares);
        raise(complete.step + 1, message, complete.sums);
        handIn(complete.step + 1, squares);
    }

    /**
     * Applies a step that {@link #averageAndSquare} has averaged and raises the version.
     *
     * @param scale what clipping multiplies the gradient by
     */
    void updateClipped(Complete complete, float scale) {
        ValuesMessage message = messages.take(complete.step + 1, values.local().size());
        Optional<TensorSquares> squares = squares(complete.step + 1);
        values.updateClipped(complete, scale, message, squares);
        raise(complete.step + 1, message, complete.sums);
        handIn(complete.step + 1, squares);
    }

    /** What measures the step to a version; empty if nobody wants it. */
    private Optional<TensorSquares> squares(long next) {
        return takers.measured.includes(next) ? Optional.of(values.squares()) : Optional.empty();
    }

    private void handIn(long next, Optional<TensorSquares> squares) {
        squares.ifPresent(sums -> takers.measured.add(next, index, sums.squares()));
    }

    /** If a snapshot wants the new version, hands in a copy. */
    private void raise(long next, ValuesMessage message, float[] slab) {
        Optional<RangeFile.Part> copy = takers.snapshots.includes(next) ? Optional.of(values.copy()) : Optional.empty();
        List<Answered> answered;
        synchronized (this) {
            version = next;
            previous.ifPresent(ValuesMessage::release);
            previous = current;
            current = Optional.of(message);
            updating = false;
            pending.giveBack(slab);
            answered = takeAnswered();
            // Under the lock, and asked again: whoever adds this version to the plan now finds it either here or not
            // passed.
            if (takers.snapshots.includes(next)) {
                takers.snapshots.add(next, index, copy.orElseGet(values::copy));
            }
        }
        answered.forEach(Answered::answer);
    }

    /** Hands in a copy of {@code wanted} if the partition stands there. Returns false if it has passed that version. */
    synchronized boolean copyFor(long wanted) {
        if (version == wanted && !updating) {
            takers.snapshots.add(wanted, index, values.copy());
            return true;
        }
        return version < wanted;
    }

    @GuardedBy("this")
    private List<Answered> takeAnswered() {
        List<Answered> answered = new ArrayList<>();
        List<Waiter<PullAnswer>> left = new ArrayList<>();
        for (Waiter<PullAnswer> waiter : waiters) {
            if (waiter.version() <= version) {
                answered.add(answered(waiter.version(), waiter.answer()));
            } else {
                left.add(waiter);
            }
        }
        waiters = left;
        return answered;
    }

    /** What a pull of a version that has been reached is answered, by who calls this, without the lock. */
    @GuardedBy("this")
    private Answered answered(long wanted, PullAnswer answer) {
        Optional<ValuesMessage> message =
                wanted == version ? current : wanted == version - 1 ? previous : Optional.empty();
        return new Answered(answer, message.map(ValuesMessage::retain), version);
    }

    /**
     * A pull and its answer.
     *
     * @param values retained for it; empty if they are superseded
     * @param at where the partition stands
     */
    private record Answered(PullAnswer pull, Optional<ValuesMessage> values, long at) {
        void answer() {
            values.ifPresentOrElse(pull::values, () -> pull.accept(Reply.of(Wire.Status.SUPERSEDED, at)));
        }
    }

    /** Tells those that have waited long enough to ask again. */
    void expire(long now) {
        List<Waiter<PullAnswer>> expired;
        synchronized (this) {
            expired = Waiter.takeExpired(waiters, now);
        }
        Waiter.tellToAskAgain(expired);
    }

    /** Sends everybody who waits the same answer: the range is gone. */
    void dismiss(ByteBuffer reply) {
        List<Waiter<PullAnswer>> dismissed;
        synchronized (this) {
            dismissed = waiters;
            waiters = new ArrayList<>();
        }
        for (Waiter<PullAnswer> waiter : dismissed) {
            waiter.answer().accept(reply.duplicate());
        }
    }
}
