package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
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
    /** Floats added at once from a message: small enough for the first-level cache. */
    private static final int ADD_CHUNK = 2_048;

    /** Floats updated at once: gradient, values and two slots of them fit the second-level cache. */
    private static final int CHUNK = 16_384;

    /** Running sums of squares; {@link #CHUNK} is a multiple. */
    private static final int LANES = 8;

    private final int index;
    private final SumTree tree;
    private final Slabs slabs;
    private final ValuesMessage.Pool messages;
    private final Snapshots snapshots;

    /** This partition's part of the range's arrays. */
    private final KeyRange local;

    /** The trained part of {@link #local}; statistics follow it. */
    private final KeyRange trained;

    private final List<Piece> pieces;

    /** Range-wide; this partition's part is the updating thread's while {@link #updating}, else the lock's. */
    private final float[] values;

    private final float[][] slots;

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

    /** Disjoint nodes of step {@link #version}, none the sibling of another. */
    @GuardedBy("this")
    private final List<Pending> pending = new ArrayList<>();

    @GuardedBy("this")
    private final Deque<float[]> free = new ArrayDeque<>();

    @GuardedBy("this")
    private int slabsTaken;

    @GuardedBy("this")
    private List<Waiter<PullAnswer>> waiters = new ArrayList<>();

    /** A subtree's sums, in this partition's part of a slab. */
    @SuppressWarnings("ArrayRecordComponent") // adds up in place, never compared
    private record Pending(Subtree subtree, long examples, float[] sums) {}

    /**
     * A run of elements that are updated alike.
     *
     * @param local where
     * @param statistic whether these are running statistics
     * @param decay weight decay of trained ones
     * @param momentum of running statistics
     * @param rate what the learning rate of trained ones is multiplied by
     * @param since the version from which on they are trained
     */
    record Piece(KeyRange local, boolean statistic, double decay, double momentum, double rate, long since) {
        boolean isLike(Piece other) {
            return statistic == other.statistic
                    && decay == other.decay
                    && momentum == other.momentum
                    && rate == other.rate
                    && since == other.since;
        }
    }

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

    /** The partition's contents after an update, for a snapshot. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Copy(float[] values, float[][] slots) {}

    Partition(
            int index,
            RangeSpec spec,
            float[] values,
            float[][] slots,
            Slabs slabs,
            ValuesMessage.Pool messages,
            Snapshots snapshots) {
        this.index = index;
        this.tree = new SumTree(spec.leaves());
        this.slabs = slabs;
        this.messages = messages;
        this.snapshots = snapshots;
        this.values = values;
        this.slots = slots;
        int base = spec.range().begin();
        KeyRange keys = spec.layout().partition(index);
        local = new KeyRange(keys.begin() - base, keys.end() - base);
        int trainedEnd =
                Math.max(keys.begin(), Math.min(keys.end(), spec.layout().parameterCount()));
        trained = new KeyRange(local.begin(), trainedEnd - base);
        pieces = pieces(spec, keys, base);
    }

    private static List<Piece> pieces(RangeSpec spec, KeyRange keys, int base) {
        List<Piece> pieces = new ArrayList<>();
        for (Segment segment : spec.layout().segments()) {
            KeyRange shared = segment.range().intersect(keys);
            if (shared.size() == 0) {
                continue;
            }
            boolean statistic = segment.role() == Segment.Role.STATISTIC;
            double decay = spec.rule().weightDecay().rateOf(segment.role());
            Piece piece = new Piece(
                    new KeyRange(shared.begin() - base, shared.end() - base),
                    statistic,
                    decay,
                    segment.momentum(),
                    segment.rate(),
                    segment.since());
            if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).isLike(piece)) {
                int begin = pieces.remove(pieces.size() - 1).local.begin();
                piece = new Piece(
                        new KeyRange(begin, piece.local.end()),
                        statistic,
                        decay,
                        piece.momentum,
                        piece.rate,
                        piece.since);
            }
            pieces.add(piece);
        }
        return List.copyOf(pieces);
    }

    int index() {
        return index;
    }

    int size() {
        return local.size();
    }

    int trainedSize() {
        return trained.size();
    }

    /** -1 until the first values are there. */
    synchronized long version() {
        return version;
    }

    /** Takes the first values from a message; a repetition is ignored. */
    void load(FloatBuffer first, long firstVersion) {
        if (first.remaining() != local.size()) {
            throw new IllegalArgumentException(
                    first.remaining() + " values for partition " + index + ", which has " + local.size());
        }
        synchronized (this) {
            if (version >= 0) {
                return;
            }
            first.get(values, local.begin(), local.size());
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
            ValuesMessage message = messages.take(firstVersion, local.size());
            message.put(values, local.begin(), local.end());
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
            throw new IllegalArgumentException(
                    subtree + " is no node of the sum tree of " + tree.leaves() + " micro-batches");
        }
        if (sums.remaining() != local.size()) {
            throw new IllegalArgumentException(
                    sums.remaining() + " sums for partition " + index + ", which has " + local.size());
        }
        if (step > version || step < 0) {
            throw new IllegalArgumentException("step " + step + " of partition " + index + ", which stands at version "
                    + version + ": only a step whose version has been pulled can be pushed");
        }
        if (step < version) {
            return new Pushed(Reply.of(Wire.Status.SUPERSEDED, version), true, Optional.empty());
        }
        ByteBuffer accepted = Reply.of(Wire.Status.OK, version);
        if (updating) {
            return new Pushed(accepted, true, Optional.empty());
        }
        for (Pending other : pending) {
            if (other.subtree.covers(subtree)) {
                return new Pushed(accepted, true, Optional.empty());
            }
        }
        for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
            Pending other = all.next();
            if (subtree.covers(other.subtree)) {
                all.remove();
                free.addLast(other.sums);
            }
        }
        Pending merged = mergeUp(addMessage(subtree, examples, sums));
        if (!merged.subtree.equals(tree.root())) {
            pending.add(merged);
            return new Pushed(accepted, false, Optional.empty());
        }
        updating = true;
        return new Pushed(accepted, false, Optional.of(new Complete(step, merged.examples, merged.sums)));
    }

    /** Copies a message's sums out, on top of their sibling's if that is there already. */
    @GuardedBy("this")
    private Pending addMessage(Subtree subtree, int examples, FloatBuffer sums) {
        Optional<Pending> sibling = takeSibling(subtree);
        if (sibling.isEmpty()) {
            float[] slab = free.isEmpty() ? slabs.get(slabsTaken++) : free.removeLast();
            sums.get(slab, local.begin(), local.size());
            return new Pending(subtree, examples, slab);
        }
        float[] into = sibling.get().sums;
        float[] chunk = new float[Math.min(ADD_CHUNK, local.size())];
        for (int at = local.begin(); at < local.end(); at += chunk.length) {
            int length = Math.min(chunk.length, local.end() - at);
            sums.get(chunk, 0, length);
            addChunk(into, at, chunk, length);
        }
        return new Pending(
                tree.parent(subtree).orElseThrow(), Math.addExact(sibling.get().examples, (long) examples), into);
    }

    @GuardedBy("this")
    private Pending mergeUp(Pending node) {
        Pending merged = node;
        while (true) {
            Optional<Pending> sibling = takeSibling(merged.subtree);
            if (sibling.isEmpty()) {
                return merged;
            }
            float[] other = sibling.get().sums;
            float[] into = merged.sums;
            for (int i = local.begin(); i < local.end(); i++) {
                into[i] += other[i];
            }
            free.addLast(other);
            merged = new Pending(
                    tree.parent(merged.subtree).orElseThrow(),
                    Math.addExact(merged.examples, sibling.get().examples),
                    into);
        }
    }

    @GuardedBy("this")
    private Optional<Pending> takeSibling(Subtree subtree) {
        Optional<Subtree> wanted = tree.sibling(subtree);
        for (int i = 0; wanted.isPresent() && i < pending.size(); i++) {
            if (pending.get(i).subtree.equals(wanted.get())) {
                return Optional.of(pending.remove(i));
            }
        }
        return Optional.empty();
    }

    private static void addChunk(float[] into, int at, float[] chunk, int length) {
        for (int i = 0; i < length; i++) {
            into[at + i] += chunk[i];
        }
    }

    /**
     * Averages a step and returns the sum of squares of its gradient, in double precision and in an order that the
     * partition grid alone fixes: eight running sums (so that the processor can overlap them), added up at the end.
     */
    double averageAndSquare(Complete complete) {
        float[] mean = complete.sums;
        double[] lanes = new double[LANES];
        double rest = 0;
        for (int begin = local.begin(); begin < local.end(); begin += CHUNK) {
            int end = Math.min(local.end(), begin + CHUNK);
            average(complete, begin, end);
            int trainedEnd = Math.min(end, trained.end());
            int whole = begin + Math.max(0, trainedEnd - begin) / LANES * LANES;
            addSquares(mean, begin, whole, lanes);
            for (int i = whole; i < trainedEnd; i++) {
                rest += (double) mean[i] * mean[i];
            }
        }
        return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])) + rest;
    }

    private static void addSquares(float[] values, int begin, int end, double[] lanes) {
        double s0 = lanes[0];
        double s1 = lanes[1];
        double s2 = lanes[2];
        double s3 = lanes[3];
        double s4 = lanes[4];
        double s5 = lanes[5];
        double s6 = lanes[6];
        double s7 = lanes[7];
        for (int i = begin; i < end; i += LANES) {
            s0 += (double) values[i] * values[i];
            s1 += (double) values[i + 1] * values[i + 1];
            s2 += (double) values[i + 2] * values[i + 2];
            s3 += (double) values[i + 3] * values[i + 3];
            s4 += (double) values[i + 4] * values[i + 4];
            s5 += (double) values[i + 5] * values[i + 5];
            s6 += (double) values[i + 6] * values[i + 6];
            s7 += (double) values[i + 7] * values[i + 7];
        }
        lanes[0] = s0;
        lanes[1] = s1;
        lanes[2] = s2;
        lanes[3] = s3;
        lanes[4] = s4;
        lanes[5] = s5;
        lanes[6] = s6;
        lanes[7] = s7;
    }

    /** Turns the sums of trained elements into the mean over all examples, those of statistics into the mean over leaves. */
    private void average(Complete complete, int begin, int end) {
        int trainedEnd = Math.max(begin, Math.min(end, trained.end()));
        divide(complete.sums, begin, trainedEnd, (float) complete.examples);
        divide(complete.sums, trainedEnd, end, (float) tree.leaves());
    }

    private static void divide(float[] sums, int begin, int end, float by) {
        for (int i = begin; i < end; i++) {
            sums[i] /= by;
        }
    }

    private static void multiply(float[] sums, int begin, int end, float by) {
        for (int i = begin; i < end; i++) {
            sums[i] *= by;
        }
    }

    /** Averages a step, applies it and raises the version. */
    void update(Complete complete, UpdateRule rule) {
        update(complete, rule, false, 1);
    }

    /**
     * Applies an averaged step and raises the version.
     *
     * @param scale what clipping multiplies the gradient by
     */
    void updateClipped(Complete complete, UpdateRule rule, float scale) {
        update(complete, rule, true, scale);
    }

    /** If a snapshot wants the new version, hands in a copy. */
    private void update(Complete complete, UpdateRule rule, boolean averaged, float scale) {
        long next = complete.step + 1;
        double rate = rule.schedule().rate(complete.step);
        ValuesMessage message = messages.take(next, local.size());
        // Everything that is to be done to a chunk is done while it is in the cache.
        for (int begin = local.begin(); begin < local.end(); begin += CHUNK) {
            int end = Math.min(local.end(), begin + CHUNK);
            if (averaged) {
                multiply(complete.sums, begin, Math.min(end, trained.end()), scale);
            } else {
                average(complete, begin, end);
            }
            for (Piece piece : pieces) {
                int from = Math.max(begin, piece.local.begin());
                int to = Math.min(end, piece.local.end());
                if (from >= to) {
                    continue;
                }
                if (piece.statistic) {
                    runStatistics(complete.sums, piece.momentum, from, to);
                } else {
                    Optimizer.Step step = new Optimizer.Step(rate * piece.rate, piece.decay, next - piece.since);
                    rule.optimizer().update(values, complete.sums, slots, from, to, step);
                }
            }
            message.put(values, begin, end);
        }
        raise(next, message, complete.sums);
    }

    private void raise(long next, ValuesMessage message, float[] slab) {
        Optional<Copy> copy = snapshots.includes(next) ? Optional.of(copy()) : Optional.empty();
        List<Answered> answered;
        synchronized (this) {
            version = next;
            previous.ifPresent(ValuesMessage::release);
            previous = current;
            current = Optional.of(message);
            updating = false;
            free.addLast(slab);
            answered = takeAnswered();
            // Under the lock, and asked again: whoever adds this version to the plan now finds it either here or not
            // passed.
            if (snapshots.includes(next)) {
                snapshots.add(next, index, copy.orElseGet(this::copy));
            }
        }
        answered.forEach(Answered::answer);
    }

    /** {@code running = (1 - m) running + m batch}, in double precision like PyTorch's batch norm. */
    private void runStatistics(float[] means, double take, int begin, int end) {
        double keep = 1 - take;
        for (int i = begin; i < end; i++) {
            values[i] = (float) (take * means[i] + keep * values[i]);
        }
    }

    /** Hands in a copy of {@code wanted} if the partition stands there. Returns false if it has passed that version. */
    synchronized boolean copyFor(long wanted) {
        if (version == wanted && !updating) {
            snapshots.add(wanted, index, copy());
            return true;
        }
        return version < wanted;
    }

    /** While nobody updates, or for the thread that has. */
    private Copy copy() {
        float[][] copies = new float[slots.length][];
        for (int slot = 0; slot < slots.length; slot++) {
            // Of statistics alone there are no slots, not even at their place.
            copies[slot] = trained.size() == 0
                    ? new float[0]
                    : Arrays.copyOfRange(slots[slot], trained.begin(), trained.end());
        }
        return new Copy(Arrays.copyOfRange(values, local.begin(), local.end()), copies);
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
