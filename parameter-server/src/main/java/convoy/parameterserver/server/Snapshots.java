package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.WrittenRange;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one range: gathers the partitions' copies of a version and has them written while training goes on.
 *
 * <p>A copy costs as much memory as the range and its slots. So of the regular snapshots at most two are under way; on
 * storage too slow for the plan the next one is skipped and says so. The versions asked for by name are never skipped.
 */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final int MAX_UNDER_WAY = 2;

    /** Answers kept for who asks late. */
    private static final int MAX_RESULTS = 64;

    private final RangeSpec spec;
    private final Surroundings surroundings;
    private final Set<Long> extra = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @GuardedBy("this")
    private final Map<Long, Gathering> underWay = new HashMap<>();

    @GuardedBy("this")
    private final Map<Long, ByteBuffer> results = new LinkedHashMap<>();

    /** Versions that could not be written, of which nobody has been told: whoever asks again after that has them written again. */
    @GuardedBy("this")
    private final Set<Long> untold = new HashSet<>();

    @GuardedBy("this")
    private List<Waiter<Consumer<ByteBuffer>>> waiters = new ArrayList<>();

    /** The copies that have come so far, by position in the range. */
    private static final class Gathering {
        final RangeFile.Part[] copies;
        int missing;

        Gathering(int partitions) {
            copies = new RangeFile.Part[partitions];
            missing = partitions;
        }
    }

    Snapshots(RangeSpec spec, Surroundings surroundings) {
        this.spec = spec;
        this.surroundings = surroundings;
    }

    /** Whether partitions are to hand in a copy when they reach {@code version}. */
    boolean includes(long version) {
        return spec.snapshots().includes(version) || extra.contains(version);
    }

    /** Adds a version to the plan. */
    void include(long version) {
        extra.add(version);
    }

    /** Takes back what {@link #include} added, and copies that came since. */
    synchronized void exclude(long version) {
        extra.remove(version);
        underWay.remove(version);
    }

    /** Takes one partition's copy of a version; with the last one writing begins. A repetition is ignored. */
    void add(long version, int partition, RangeFile.Part copy) {
        Gathering gathering;
        synchronized (this) {
            if (closed || results.containsKey(version)) {
                return;
            }
            boolean named =
                    extra.contains(version) || spec.snapshots().versions().contains(version);
            if (!underWay.containsKey(version) && !named && underWay.size() >= MAX_UNDER_WAY) {
                skip(version);
                return;
            }
            gathering = underWay.computeIfAbsent(
                    version, any -> new Gathering(spec.partitions().size()));
            int position = partition - spec.partitions().begin();
            if (gathering.copies[position] != null) {
                return;
            }
            gathering.copies[position] = copy;
            if (--gathering.missing > 0) {
                return;
            }
        }
        surroundings.storage().execute(() -> write(version, List.of(gathering.copies)));
    }

    @GuardedBy("this")
    private void skip(long version) {
        String line = "the snapshot of version " + version + " of " + spec + " was skipped: "
                + Counts.plain(underWay.size(), "earlier one")
                + " still being written to "
                + spec.snapshots().directory() + " (take them less often, or use faster storage)";
        LOG.warn("{}", line);
        ByteBuffer result = Reply.text(Wire.Status.REFUSED, line);
        for (Waiter<?> waiter : finish(version, result)) {
            waiter.answer().accept(result.duplicate());
        }
    }

    private void write(long version, List<RangeFile.Part> copies) {
        ByteBuffer result;
        boolean failed = false;
        try {
            long started = surroundings.clock().nanoTime();
            WrittenRange written = RangeFile.write(surroundings.hadoop(), spec, version, copies, () -> closed);
            surroundings.counters().snapshots.increment();
            surroundings.counters().snapshotBytes.add(written.file().length());
            LOG.debug(
                    "Wrote {} of version {}: {} in {} ms",
                    written.file().name(),
                    version,
                    Counts.plain(written.file().length(), "byte"),
                    (surroundings.clock().nanoTime() - started) / 1_000_000);
            result = Reply.snapshot(written);
        } catch (IOException | RuntimeException | Error e) {
            // Whoever asks for it has to hear of an Error too: of a file system that throws them, or of memory that is
            // short.
            if (closed) {
                return;
            }
            String line = "cannot write " + RangeFile.path(spec, version) + ": " + FileAccess.reason(e);
            // Whoever waits for it says so to a person.
            LOG.info("The snapshot of version {} of {} is missing: {}", version, spec, line);
            LOG.debug("Where that went wrong", e);
            result = Reply.text(Wire.Status.FAILED, line);
            failed = true;
        }
        List<Waiter<Consumer<ByteBuffer>>> answered;
        synchronized (this) {
            answered = finish(version, result);
            if (failed && answered.isEmpty()) {
                untold.add(version);
            } else if (failed) {
                results.remove(version);
            }
        }
        for (Waiter<?> waiter : answered) {
            waiter.answer().accept(result.duplicate());
        }
    }

    @GuardedBy("this")
    private List<Waiter<Consumer<ByteBuffer>>> finish(long version, ByteBuffer result) {
        underWay.remove(version);
        extra.remove(version);
        results.put(version, result);
        if (results.size() > MAX_RESULTS) {
            results.remove(results.keySet().iterator().next());
        }
        List<Waiter<Consumer<ByteBuffer>>> answered = new ArrayList<>();
        List<Waiter<Consumer<ByteBuffer>>> left = new ArrayList<>();
        for (Waiter<Consumer<ByteBuffer>> waiter : waiters) {
            (waiter.version() == version ? answered : left).add(waiter);
        }
        waiters = left;
        return answered;
    }

    /** Whether the answer for {@code version} is known, or will be because copies have come. */
    synchronized boolean knows(long version) {
        return results.containsKey(version) || underWay.containsKey(version);
    }

    /** Whether the version is written, or this partition's copy of it is there. */
    synchronized boolean has(long version, int partition) {
        Gathering gathering = underWay.get(version);
        return results.containsKey(version)
                || (gathering != null
                        && gathering.copies[partition - spec.partitions().begin()] != null);
    }

    /** Answers when the file of {@code version} is written. */
    void await(long version, long deadline, Consumer<ByteBuffer> answer) {
        ByteBuffer result;
        synchronized (this) {
            result = results.get(version);
            if (untold.remove(version)) {
                results.remove(version);
            }
            if (result == null) {
                if (waiters.size() >= Waiter.LIMIT) {
                    throw new IllegalArgumentException("more than " + Waiter.LIMIT + " wait for snapshots of " + spec);
                }
                waiters.add(new Waiter<>(version, deadline, answer));
                return;
            }
        }
        answer.accept(result.duplicate());
    }

    void expire(long now) {
        List<Waiter<Consumer<ByteBuffer>>> expired;
        synchronized (this) {
            expired = Waiter.takeExpired(waiters, now);
        }
        Waiter.tellToAskAgain(expired);
    }

    /** Gives up what is under way. */
    void close(ByteBuffer reply) {
        closed = true;
        List<Waiter<Consumer<ByteBuffer>>> dismissed;
        synchronized (this) {
            underWay.clear();
            dismissed = waiters;
            waiters = new ArrayList<>();
        }
        for (Waiter<?> waiter : dismissed) {
            waiter.answer().accept(reply.duplicate());
        }
    }
}
