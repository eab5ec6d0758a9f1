package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.server.mirrors.RangeMirror;
import convoy.parameterserver.server.sums.PendingSums;
import convoy.parameterserver.server.sums.Slabs;
import convoy.parameterserver.server.sums.SumLimit;
import convoy.parameterserver.server.waiting.Waiters;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One partition of a range: its values, the sums that are under way for the next version, and who waits for it.
 *
 * <p>A partition that stands at version v adds up the subtree sums of step v. When the root is complete it belongs to one
 * updating thread until that has raised the version; meanwhile its lock is free, pulls of v are answered from an
 * immutable copy and further pushes of step v are dropped as duplicates. The lock is held for bookkeeping and for adding
 * one message at most, so that event loops may take it.
 *
 * <p>Sums are taken as far as a {@link SumLimit} has room for them. Whoever brings one more keeps it and may wait here for room, which
 * costs a few bytes.
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

    private final Waiters<PullAnswer> waiters;

    /** Who was told that there is room for sums of step {@link #version} behind the frontier, and has not brought them yet. */
    @GuardedBy("this")
    private final Set<Subtree> promised = new HashSet<>();

    /** Who has sums of step {@link #version} for which there was no room. */
    private final Waiters<Holder> holders;

    /**
     * Who is handed something when a version has come.
     *
     * @param snapshots a copy, of some versions
     * @param measured what the step was, of some steps
     * @param mirror a copy, of some versions
     */
    record Takers(Snapshots snapshots, MeasuredSteps measured, RangeMirror mirror) {}

    /** The sums of a whole step, in this partition's part of a slab; the thread that has them owns the partition. */
    @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread, never compared
    record Complete(long step, long examples, float[] sums) {}

    /** Who waits for room for a subtree's sums. */
    private record Holder(Subtree subtree, Consumer<ByteBuffer> answer) implements Consumer<ByteBuffer> {
        @Override
        public void accept(ByteBuffer reply) {
            answer.accept(reply);
        }
    }

    /** What happened to the sums of a push. */
    enum Fate {
        ADDED,
        /** They brought nothing new. */
        DROPPED,
        /** There was no room for them. */
        HELD
    }

    /**
     * What became of a push.
     *
     * @param reply for the pusher
     * @param complete present if the step is whole with it
     * @param news for those who wait for room: they have what they wait for, or need not wait any more
     */
    record Pushed(ByteBuffer reply, Fate fate, Optional<Complete> complete, List<Answered> news) {
        static Pushed without(ByteBuffer reply, Fate fate) {
            return new Pushed(reply, fate, Optional.empty(), List.of());
        }
    }

    Partition(
            int index,
            SumLimit limit,
            PartitionValues values,
            Slabs slabs,
            ValuesMessage.Pool messages,
            Takers takers) {
        this.index = index;
        this.tree = limit.tree();
        this.messages = messages;
        this.takers = takers;
        this.values = values;
        pending = new PendingSums(limit, values.local(), slabs);
        waiters = new Waiters<>("pulls wait for partition " + index);
        holders = new Waiters<>("wait for room in partition " + index);
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

    /** Takes the first values from a copy; a repetition is ignored. */
    void restore(RangeFile.Part copy, long firstVersion) {
        synchronized (this) {
            if (version >= 0) {
                return;
            }
            values.restore(copy);
        }
        begin(firstVersion);
    }

    /** The first values are in {@link #values}: answers who waits for them. */
    void begin(long firstVersion) {
        List<PullAnswered> answered;
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
        answered.forEach(PullAnswered::answer);
    }

    /** Answers a pull now, or keeps it until its version is there. Returns whether values were sent. */
    boolean pull(long wanted, long deadline, PullAnswer answer) {
        PullAnswered answered;
        synchronized (this) {
            if (wanted > version) {
                waiters.add(wanted, deadline, answer);
                return false;
            }
            answered = answered(wanted, answer);
        }
        answered.answer();
        return answered.hasValues();
    }

    /** Adds a subtree's sums to the step they belong to, or drops them as no longer needed. */
    synchronized Pushed push(long step, Subtree subtree, int examples, FloatBuffer sums) {
        int size = values.local().size();
        if (sums.remaining() != size) {
            throw new IllegalArgumentException(
                    Counts.plain(sums.remaining(), "sum") + " for partition " + index + ", which has " + size);
        }
        requireReached(step, subtree);
        if (step < version) {
            return Pushed.without(Reply.of(Wire.Status.SUPERSEDED, version), Fate.DROPPED);
        }
        ByteBuffer accepted = Reply.of(Wire.Status.OK, version);
        if (updating || pending.covers(subtree)) {
            return Pushed.without(accepted, Fate.DROPPED);
        }
        promised.remove(subtree);
        if (!pending.takes(subtree)) {
            return Pushed.without(Reply.of(Wire.Status.HELD, version), Fate.HELD);
        }
        Optional<PendingSums.Sum> whole = pending.add(subtree, examples, sums);
        updating = whole.isPresent();
        return new Pushed(
                accepted, Fate.ADDED, whole.map(sum -> new Complete(step, sum.examples(), sum.slab())), takeHolders());
    }

    @GuardedBy("this")
    private void requireReached(long step, Subtree subtree) {
        if (!tree.contains(subtree)) {
            throw new IllegalArgumentException(subtree + " is no node of the sum tree of "
                    + Counts.plain(tree.leaves(), "micro-batch", "micro-batches"));
        }
        if (step > version || step < 0) {
            throw new IllegalArgumentException("step " + step + " of partition " + index + ", which stands at version "
                    + version + ": only a step whose version has been pulled can be pushed");
        }
    }

    /** Answers once there is room for a subtree's sums, or nobody needs them any more. */
    void awaitRoom(long step, Subtree subtree, long deadline, Consumer<ByteBuffer> answer) {
        ByteBuffer reply;
        synchronized (this) {
            requireReached(step, subtree);
            if (step < version || updating || pending.covers(subtree)) {
                reply = Reply.of(Wire.Status.SUPERSEDED, version);
            } else if (pending.needs(subtree) || (pending.room() > promised.size() && promised.add(subtree))) {
                reply = Reply.of(Wire.Status.OK, version);
            } else {
                holders.add(step, deadline, new Holder(subtree, answer));
                return;
            }
        }
        answer.accept(reply);
    }

    /** Those whose sums nobody needs any more, those whose sums are needed now, and as many others as there is room for. */
    @GuardedBy("this")
    private List<Answered> takeHolders() {
        boolean over = updating;
        PendingSums sums = pending;
        ByteBuffer late = Reply.of(Wire.Status.SUPERSEDED, version);
        ByteBuffer now = Reply.of(Wire.Status.OK, version);
        List<Answered> answered = new ArrayList<>();
        holders.take(waiter -> over || sums.covers(waiter.answer().subtree))
                .forEach(waiter -> answered.add(new Answered(waiter.answer(), late.duplicate())));
        holders.take(waiter -> sums.needs(waiter.answer().subtree))
                .forEach(waiter -> answered.add(new Answered(waiter.answer(), now.duplicate())));
        AtomicInteger room = new AtomicInteger(sums.room() - promised.size());
        for (Waiters.Waiter<Holder> waiter : holders.take(waiter -> room.getAndDecrement() > 0)) {
            promised.add(waiter.answer().subtree);
            answered.add(new Answered(waiter.answer(), now.duplicate()));
        }
        return answered;
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

    /** If a snapshot or a mirror wants the new version, hands in a copy. */
    private void raise(long next, ValuesMessage message, float[] slab) {
        boolean mirrored = takers.mirror.includes(next);
        Optional<RangeFile.Part> copy =
                mirrored || takers.snapshots.includes(next) ? Optional.of(values.copy()) : Optional.empty();
        List<PullAnswered> answered;
        synchronized (this) {
            version = next;
            previous.ifPresent(ValuesMessage::release);
            previous = current;
            current = Optional.of(message);
            updating = false;
            pending.giveBack(slab);
            promised.clear();
            answered = takeAnswered();
            // Under the lock, and asked again: whoever adds this version to the plan now finds it either here or not
            // passed.
            if (takers.snapshots.includes(next)) {
                takers.snapshots.add(next, index, copy.orElseGet(values::copy));
            }
        }
        answered.forEach(PullAnswered::answer);
        if (mirrored) {
            copy.ifPresent(one -> takers.mirror.add(next, index, one));
        }
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
    private List<PullAnswered> takeAnswered() {
        List<PullAnswered> answered = new ArrayList<>();
        long reached = version;
        for (Waiters.Waiter<PullAnswer> waiter : waiters.take(waiter -> waiter.version() <= reached)) {
            answered.add(answered(waiter.version(), waiter.answer()));
        }
        return answered;
    }

    /** What a pull of a version that has been reached is answered, by who calls this, without the lock. */
    @GuardedBy("this")
    private PullAnswered answered(long wanted, PullAnswer answer) {
        Optional<ValuesMessage> message =
                wanted == version ? current : wanted == version - 1 ? previous : Optional.empty();
        return new PullAnswered(answer, message.map(ValuesMessage::retain), version);
    }

    /**
     * A pull and its answer.
     *
     * @param values retained for it; empty if they are superseded
     * @param at where the partition stands
     */
    private record PullAnswered(PullAnswer pull, Optional<ValuesMessage> values, long at) {
        boolean hasValues() {
            return values.isPresent();
        }

        void answer() {
            values.ifPresentOrElse(pull::values, () -> pull.accept(Reply.of(Wire.Status.SUPERSEDED, at)));
        }
    }

    /** An answer that is known; given by a thread that holds no lock. */
    record Answered(Consumer<ByteBuffer> asker, ByteBuffer reply) {
        void answer() {
            asker.accept(reply);
        }
    }

    /** Tells those that have waited long enough to ask again. */
    void expire(long now) {
        waiters.expire(now);
        holders.expire(now);
    }

    /** Sends everybody who waits the same answer: the range is gone. */
    void dismiss(ByteBuffer reply) {
        waiters.dismiss(reply);
        holders.dismiss(reply);
    }
}
