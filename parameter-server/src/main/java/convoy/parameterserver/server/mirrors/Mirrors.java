package convoy.parameterserver.server.mirrors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.MirroredVersion;
import convoy.parameterserver.server.waiting.Waiters;
import convoy.parameterserver.wire.MirrorRequest;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Copies of partitions that a server has in its memory: of its own ranges, and of those that it mirrors. Of each run the newest two
 * versions, so that one of them is whole everywhere while the other is on its way.
 *
 * <p>Copies outlive the incarnation under which they were made, which is what they are for. Those of versions after the one with which the
 * next incarnation begins are dropped: where a run promises no bits it may come to others. Safe for use by several threads.
 */
public final class Mirrors {
    /** How many versions of a run are kept. */
    public static final int VERSIONS = 2;

    /** By the hash of a run's name. */
    @GuardedBy("this")
    private final Map<Long, Kept> runs = new HashMap<>();

    /** Who waits for a copy. */
    private record Asked(MirrorRequest request, Consumer<ByteBuffer> answer) implements Consumer<ByteBuffer> {
        @Override
        public void accept(ByteBuffer reply) {
            answer.accept(reply);
        }
    }

    /** What there is of a run. */
    private static final class Kept {
        final NavigableMap<Long, SortedMap<Integer, RangeFile.Part>> versions = new TreeMap<>();
        final Waiters<Asked> waiters = new Waiters<>("wait for mirrors of a run");

        Optional<RangeFile.Part> find(long version, int partition) {
            return Optional.ofNullable(versions.get(version))
                    .flatMap(parts -> Optional.ofNullable(parts.get(partition)));
        }

        boolean hasPassed(long version) {
            return versions.size() == VERSIONS && version < versions.firstKey();
        }
    }

    /** Nothing is kept yet. */
    public Mirrors() {}

    /**
     * Copies of a run may come.
     *
     * @param run its number
     * @param firstVersion that its servers begin with
     */
    public synchronized void begin(long run, long firstVersion) {
        runs.computeIfAbsent(run, any -> new Kept())
                .versions
                .tailMap(firstVersion, false)
                .clear();
    }

    /**
     * Keeps a copy, if it is of one of the newest versions, and answers who waits for it.
     *
     * @param run its number, which has begun
     * @param version of the copy
     * @param partition counted from 0
     * @param copy not changed any more
     */
    public void keep(long run, long version, int partition, RangeFile.Part copy) {
        List<Waiters.Waiter<Asked>> ready;
        List<Waiters.Waiter<Asked>> late;
        synchronized (this) {
            Kept kept = runs.get(run);
            if (kept == null || kept.hasPassed(version)) {
                return;
            }
            kept.versions.computeIfAbsent(version, any -> new TreeMap<>()).putIfAbsent(partition, copy);
            while (kept.versions.size() > VERSIONS) {
                kept.versions.pollFirstEntry();
            }
            ready = kept.waiters.take(waiter ->
                    waiter.version() == version && waiter.answer().request().partition() == partition);
            late = kept.waiters.take(waiter -> kept.hasPassed(waiter.version()));
        }
        for (Waiters.Waiter<Asked> waiter : ready) {
            waiter.answer().accept(reply(copy, waiter.answer().request()));
        }
        Waiters.answer(late, absent("a newer one is kept"));
    }

    private static ByteBuffer reply(RangeFile.Part copy, MirrorRequest request) {
        if (request.array() < 0 || request.array() > copy.slots().length) {
            return Reply.text(
                    Wire.Status.REFUSED,
                    "array " + request.array() + ": a copy has values and "
                            + Counts.plain(copy.slots().length, "slot"));
        }
        return Reply.floats(
                request.version(), request.array() == 0 ? copy.values() : copy.slots()[request.array() - 1]);
    }

    private static ByteBuffer absent(String why) {
        return Reply.text(Wire.Status.NOT_OPEN, "there is no mirror of it: " + why);
    }

    /**
     * Answers with an array of a copy, when it is there. Who does not want to wait is told at once if it is not.
     *
     * @param run its number
     * @param request of a partition
     * @param deadline when it is told to ask again
     * @param answer does not block
     */
    public void answer(long run, MirrorRequest request, long deadline, Consumer<ByteBuffer> answer) {
        ByteBuffer reply;
        synchronized (this) {
            Kept kept = runs.get(run);
            Optional<RangeFile.Part> copy =
                    kept == null ? Optional.empty() : kept.find(request.version(), request.partition());
            if (copy.isPresent()) {
                reply = reply(copy.get(), request);
            } else if (kept == null || request.waitMillis() == 0 || kept.hasPassed(request.version())) {
                reply = absent("version " + request.version() + " of partition " + request.partition());
            } else {
                kept.waiters.add(request.version(), deadline, new Asked(request, answer));
                return;
            }
        }
        answer.accept(reply);
    }

    /**
     * {@return a partition's copy of a version}
     *
     * @param run its number
     * @param version of the copy
     * @param partition counted from 0
     */
    public synchronized Optional<RangeFile.Part> find(long run, long version, int partition) {
        return Optional.ofNullable(runs.get(run)).flatMap(kept -> kept.find(version, partition));
    }

    /**
     * {@return what there is of a run, the oldest version first}
     *
     * @param run its number
     */
    public synchronized List<MirroredVersion> there(long run) {
        List<MirroredVersion> there = new ArrayList<>();
        Optional.ofNullable(runs.get(run))
                .ifPresent(kept -> kept.versions.forEach((version, parts) -> {
                    List<KeyRange> stretches = new ArrayList<>();
                    for (int partition : parts.keySet()) {
                        int last = stretches.size() - 1;
                        if (last >= 0 && stretches.get(last).end() == partition) {
                            stretches.set(last, new KeyRange(stretches.get(last).begin(), partition + 1));
                        } else {
                            stretches.add(new KeyRange(partition, partition + 1));
                        }
                    }
                    there.add(new MirroredVersion(version, stretches));
                }));
        return there;
    }

    /**
     * Tells those whose time is over to ask again.
     *
     * @param now time of the server's clock, in nanoseconds
     */
    public void expire(long now) {
        List<Waiters<Asked>> all;
        synchronized (this) {
            all = runs.values().stream().map(kept -> kept.waiters).toList();
        }
        all.forEach(waiters -> waiters.expire(now));
    }

    /**
     * A run is over.
     *
     * @param run its number
     */
    public void forget(long run) {
        Optional<Kept> gone;
        synchronized (this) {
            gone = Optional.ofNullable(runs.remove(run));
        }
        gone.ifPresent(kept -> kept.waiters.dismiss(absent("its run is over there")));
    }

    /** All runs are over. */
    public void forgetAll() {
        List<Long> all;
        synchronized (this) {
            all = List.copyOf(runs.keySet());
        }
        all.forEach(this::forget);
    }
}
