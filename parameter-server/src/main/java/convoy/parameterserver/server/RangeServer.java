package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.BadFileException;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.mirrors.RangeMirror;
import convoy.parameterserver.server.sums.Slabs;
import convoy.parameterserver.server.waiting.Waiters;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.RoomRequest;
import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key range of one run under one incarnation, from its first values until it is closed or fenced.
 *
 * <p>Requests arrive on event loops and are answered there or kept among {@link Waiters}. What takes longer than adding a
 * message runs elsewhere: updates on the host's update threads, files on its storage threads.
 */
final class RangeServer {
    private static final Logger LOG = LoggerFactory.getLogger(RangeServer.class);

    private final RangeSpec spec;
    private final byte[] opened;
    private final RangeMemory memory;
    private final Surroundings surroundings;

    /** Present at the server of partition 0. */
    private final Optional<Norms> board;

    private final Snapshots snapshots;
    private final MeasuredSteps measured;
    private final RangeMirror mirror;
    private final Clipping clipping;
    private final float[] values;
    private final float[][] slots;
    private final List<Partition> partitions;
    private final Slabs slabs;

    /** Set once, when the range can do no more; everything is answered with it from then on. */
    @GuardedBy("this")
    private Optional<ByteBuffer> ended = Optional.empty();

    /** Those who opened the range and wait until it can serve. */
    private final Waiters<Consumer<ByteBuffer>> openers = new Waiters<>("wait for a range to open");

    @GuardedBy("this")
    private boolean serving;

    /** How a range that does not hold partition 0 asks for the norm. */
    interface NormSource {
        /**
         * Sends the range's sums of squares to the server of partition 0 until it answers or the range has ended.
         *
         * @param taker takes the norm, on any thread
         */
        void ask(RangeServer range, long step, double[] squares, DoubleConsumer taker);
    }

    /**
     * A range without values.
     *
     * @param memory that it may take
     * @param opened the message that opened it, to recognize its repetition
     */
    RangeServer(RangeMemory memory, byte[] opened, Surroundings surroundings) {
        this.spec = memory.spec();
        this.memory = memory;
        this.opened = opened;
        this.surroundings = surroundings;
        board = spec.partitions().begin() == 0
                ? Optional.of(new Norms(spec.layout().partitions(), spec.firstVersion(), surroundings.counters()))
                : Optional.empty();
        snapshots = new Snapshots(spec, surroundings, memory);
        measured = new MeasuredSteps(spec);
        clipping = new Clipping(spec, surroundings.counters());
        mirror = new RangeMirror(spec, memory.mirrors(), surroundings.mirrors(), surroundings.fetching());
        Partition.Takers takers = new Partition.Takers(snapshots, measured, mirror);
        KeyRange range = spec.range();
        int trained = Math.max(0, Math.min(range.end(), spec.layout().parameterCount()) - range.begin());
        values = new float[range.size()];
        slots = new float[spec.rule().optimizer().slots().size()][trained];
        slabs = new Slabs(range.size());
        ValuesMessage.Pool messages = new ValuesMessage.Pool(spec.layout().partitionSize());
        List<Partition> owned = new ArrayList<>();
        for (int p = spec.partitions().begin(); p < spec.partitions().end(); p++) {
            PartitionValues part = new PartitionValues(spec, p, values, slots);
            owned.add(new Partition(p, memory.sums(), part, slabs, messages, takers));
        }
        partitions = List.copyOf(owned);
    }

    /** What it takes of the heap at most. */
    RangeMemory memory() {
        return memory;
    }

    /** Bytes that sums have taken so far. */
    long sumBytes() {
        return slabs.bytes();
    }

    RangeSpec spec() {
        return spec;
    }

    boolean openedBy(byte[] message) {
        return Arrays.equals(opened, message);
    }

    /** Gets the first values, unless they are sent. */
    void begin() {
        spec.mirrored().ifPresent(this::restore);
        if (spec.source().isEmpty()) {
            return;
        }
        surroundings.storage().execute(() -> {
            try {
                RangeFile.read(surroundings.hadoop(), spec, spec.source().get(), values, slots);
                for (Partition partition : partitions) {
                    partition.begin(spec.firstVersion());
                }
                serveIfComplete();
            } catch (IOException | RuntimeException | Error e) {
                if (surroundings.shortage().isShort(e)) {
                    return;
                }
                String line = e instanceof BadFileException
                        ? String.valueOf(e.getMessage())
                        : "cannot read " + spec + " from " + spec.source().get().directory() + ": " + e;
                LOG.error("Could not open {}: {}", spec, line);
                end(Reply.text(Wire.Status.REFUSED, line));
            }
        });
    }

    private void restore(ValueSource.Mirrored source) {
        CompletableFuture<?> unused = mirror.restore(
                        source, (copy, partition) -> partition(partition).restore(copy, spec.firstVersion()))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        serveIfComplete();
                    } else if (!surroundings.shortage().isShort(failure)) {
                        LOG.warn("Could not restore {} from memory: {}", spec, failure.toString());
                        end(Reply.text(
                                Wire.Status.REFUSED,
                                "cannot restore " + spec + " from memory: " + failure.getMessage()));
                    }
                });
    }

    /** Answers once the range serves. For a range whose values are sent that is at once: they are sent next. */
    void awaitOpen(long deadline, Consumer<ByteBuffer> answer) {
        ByteBuffer reply;
        synchronized (this) {
            if (ended.isPresent()) {
                reply = ended.get().duplicate();
            } else if (serving || spec.isSent()) {
                reply = Reply.of(Wire.Status.OK, spec.firstVersion());
            } else {
                openers.add(0, deadline, answer);
                return;
            }
        }
        answer.accept(reply);
    }

    void load(Request.Load load, Consumer<ByteBuffer> answer) {
        if (refuseWhenEnded(answer)) {
            return;
        }
        Partition partition = partition(load.partition());
        if (!spec.isSent()) {
            throw new IllegalArgumentException(spec + " takes its values from a snapshot");
        }
        partition.load(load.values(), spec.firstVersion());
        serveIfComplete();
        answer.accept(Reply.of(Wire.Status.OK, spec.firstVersion()));
    }

    private void serveIfComplete() {
        for (Partition partition : partitions) {
            if (partition.version() < 0) {
                return;
            }
        }
        List<Waiters.Waiter<Consumer<ByteBuffer>>> answered;
        synchronized (this) {
            if (serving) {
                return;
            }
            serving = true;
            answered = openers.take(all -> true);
        }
        LOG.info(
                "Serving {}: {} in {} from version {}, {}",
                spec,
                Counts.plain(values.length, "float"),
                Counts.plain(partitions.size(), "partition"),
                spec.firstVersion(),
                memory);
        Waiters.answer(answered, Reply.of(Wire.Status.OK, spec.firstVersion()));
        // A fresh run may want its first values written down; a restored one has them.
        if (spec.isSent() && snapshots.includes(spec.firstVersion())) {
            partitions.forEach(partition -> partition.copyFor(spec.firstVersion()));
        }
    }

    void pull(Request.Pull pull, long deadline, PullAnswer answer) {
        if (!refuseWhenEnded(answer)) {
            partition(pull.partition()).pull(pull.version(), deadline, answer);
        }
    }

    void push(Request.Push push, Consumer<ByteBuffer> answer) {
        if (refuseWhenEnded(answer)) {
            return;
        }
        Partition partition = partition(push.partition());
        long bytes = 4L * push.sums().remaining();
        Partition.Pushed pushed = partition.push(push.step(), push.subtree(), push.examples(), push.sums());
        surroundings.counters().pushed(pushed.fate(), bytes);
        answer.accept(pushed.reply());
        pushed.news().forEach(Partition.Answered::answer);
        pushed.complete().ifPresent(complete -> run(() -> finishStep(partition, complete)));
    }

    /** Answers who has sums for which there was no room. */
    void room(RoomRequest room, long deadline, Consumer<ByteBuffer> answer) {
        if (!refuseWhenEnded(answer)) {
            partition(room.partition()).awaitRoom(room.step(), room.subtree(), deadline, answer);
        }
    }

    private void finishStep(Partition partition, Partition.Complete complete) {
        if (spec.rule().clipNorm().isEmpty()) {
            partition.update(complete);
            surroundings.counters().updates.increment();
            return;
        }
        clipping.average(partition, complete).ifPresent(step -> clipping.apply(step, norms(), this::run));
    }

    private Clipping.Norm norms() {
        return (step, squares, taker) -> {
            if (board.isEmpty()) {
                surroundings.norms().ask(this, step, squares, taker);
                return;
            }
            // Never told to ask again: the answer comes when the last server's sums do.
            long never = surroundings.clock().nanoTime() + Long.MAX_VALUE / 2;
            board.get().add(step, 0, squares, never, answer -> {
                Reply reply = Reply.read(answer);
                if (reply.status() == Wire.Status.OK) {
                    taker.accept(reply.body().getDouble());
                }
            });
        };
    }

    /** Another server's sums of squares. */
    void norm(Request.Norm norm, long deadline, Consumer<ByteBuffer> answer) {
        if (refuseWhenEnded(answer)) {
            return;
        }
        board.orElseThrow(() -> new IllegalArgumentException(spec + " does not hold partition 0"))
                .add(norm.step(), norm.firstPartition(), norm.squares(), deadline, answer);
    }

    /** Answers when the file of a version is written; takes the version into the plan if need be and still possible. */
    void snapshot(long version, long deadline, Consumer<ByteBuffer> answer) {
        if (refuseWhenEnded(answer)) {
            return;
        }
        if (!snapshots.knows(version)) {
            snapshots.include(version);
            for (Partition partition : partitions) {
                if (!partition.copyFor(version) && !snapshots.has(version, partition.index())) {
                    snapshots.exclude(version);
                    throw new IllegalArgumentException("snapshot of version " + version + " of " + spec + ": partition "
                            + partition.index() + " has passed it and stands at " + partition.version());
                }
            }
        }
        snapshots.await(version, deadline, answer);
    }

    /** Answers with what was measured of the step that made a version, once it has. */
    void squares(long version, long deadline, Consumer<ByteBuffer> answer) {
        if (!refuseWhenEnded(answer)) {
            measured.await(version, deadline, answer);
        }
    }

    long lowestVersion() {
        long lowest = Long.MAX_VALUE;
        for (Partition partition : partitions) {
            lowest = Math.min(lowest, partition.version());
        }
        return lowest;
    }

    /** Tells everybody who has waited long enough to ask again. */
    void expire(long now) {
        partitions.forEach(partition -> partition.expire(now));
        snapshots.expire(now);
        measured.expire(now);
        board.ifPresent(norms -> norms.expire(now));
        openers.expire(now);
    }

    /** The range is over: everybody who waits, and everybody who still asks, gets this answer. */
    void end(ByteBuffer reply) {
        synchronized (this) {
            if (ended.isPresent()) {
                return;
            }
            ended = Optional.of(reply);
        }
        openers.dismiss(reply);
        partitions.forEach(partition -> partition.dismiss(reply));
        snapshots.close(reply);
        mirror.end();
        measured.dismiss(reply);
        board.ifPresent(norms -> norms.dismiss(reply));
    }

    synchronized boolean hasEnded() {
        return ended.isPresent();
    }

    private boolean refuseWhenEnded(Consumer<ByteBuffer> answer) {
        Optional<ByteBuffer> reply;
        synchronized (this) {
            reply = ended;
        }
        reply.ifPresent(line -> answer.accept(line.duplicate()));
        return reply.isPresent();
    }

    private Partition partition(int index) {
        KeyRange owned = spec.partitions();
        if (index < owned.begin() || index >= owned.end()) {
            throw new IllegalArgumentException(
                    "partition " + index + " is not part of " + spec + ", which has " + owned);
        }
        return partitions.get(index - owned.begin());
    }

    /** Ends the range, loudly: it can do no more, and whoever waits for it has to hear of it. */
    void fail(String what, Throwable failure) {
        if (surroundings.shortage().isShort(failure)) {
            return;
        }
        LOG.error("Closed {}: {}", spec, what, failure);
        end(Reply.text(Wire.Status.REFUSED, spec + " is closed: " + what + " there: " + failure));
    }

    /** Runs on an update thread; a failure there ends the range, loudly, since its bits can no longer be trusted. */
    private void run(Runnable work) {
        try {
            surroundings.updates().execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    fail("an update failed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is closing, an update is dropped", spec);
        }
    }
}
