package convoy.parameterserver.server.mirrors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.MirrorPlace;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.wire.Wire;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one range has to do with mirrors: it keeps a copy of itself of each so many versions, and once it has one fetches that version of
 * the ranges that it mirrors, a partition at a time, beside the training. While one is being fetched the next wait, and the newest of them is the next.
 * Safe for use by several threads.
 */
public final class RangeMirror {
    private static final Logger LOG = LoggerFactory.getLogger(RangeMirror.class);

    private final RangeSpec spec;
    private final long run;
    private final Mirrors kept;
    private final Fetching fetching;
    private final boolean mirrored;
    private final List<Integer> wards;
    private volatile boolean ended;

    /** Of versions that some partitions have reached, how many have not. */
    @GuardedBy("this")
    private final Map<Long, Integer> missing = new HashMap<>();

    /** Of the wards that are being fetched, the newest version that is due. */
    @GuardedBy("this")
    private final Map<Integer, Long> due = new HashMap<>();

    /**
     * Of a range that begins.
     *
     * @param spec of it
     * @param allowed whether there is memory for mirrors
     * @param kept where copies are
     * @param fetching of others
     */
    public RangeMirror(RangeSpec spec, boolean allowed, Mirrors kept, Fetching fetching) {
        this.spec = spec;
        this.run = Wire.runHash(spec.run());
        this.kept = kept;
        this.fetching = fetching;
        mirrored = allowed && Neighbours.isMirrored(spec);
        wards = allowed ? Neighbours.wards(spec) : List.of();
        if (mirrored || !wards.isEmpty()) {
            kept.begin(run, spec.firstVersion());
        }
    }

    /**
     * {@return whether partitions are to hand in a copy when they reach a version}
     *
     * @param version the number of updates before it
     */
    public boolean includes(long version) {
        return mirrored && version % spec.mirrorEvery() == 0;
    }

    /**
     * Takes a copy of one partition; with the last one of its version others are fetched.
     *
     * @param version of the copy
     * @param partition counted from 0
     * @param copy not changed any more
     */
    public void add(long version, int partition, RangeFile.Part copy) {
        if (ended) {
            return;
        }
        kept.keep(run, version, partition, copy);
        synchronized (this) {
            int left = missing.getOrDefault(version, spec.partitions().size()) - 1;
            if (left > 0) {
                missing.put(version, left);
                return;
            }
            missing.keySet().removeIf(old -> old <= version);
        }
        wards.forEach(ward -> isDue(ward, version));
    }

    private void isDue(int ward, long version) {
        synchronized (this) {
            if (due.put(ward, version) != null) {
                return;
            }
        }
        fetch(ward, version);
    }

    private void fetch(int ward, long version) {
        ServerAddress from = spec.servers().get(ward);
        KeyRange partitions = spec.layout().partitionsOf(ward, spec.servers().size());
        CompletableFuture<?> unused = fetchEach(
                        partitions(partitions),
                        partition -> ended
                                ? CompletableFuture.failedFuture(new IllegalStateException("the range has ended"))
                                : fetching.partition(from, spec, partition, version, true),
                        (copy, partition) -> keep(version, partition, copy))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.debug("Version {} of range {} is not mirrored here", version, ward, failure);
                    }
                    next(ward, version);
                });
    }

    private void keep(long version, int partition, RangeFile.Part copy) {
        if (!ended) {
            kept.keep(run, version, partition, copy);
        }
    }

    private void next(int ward, long done) {
        long newest;
        synchronized (this) {
            newest = ended ? done : due.getOrDefault(ward, done);
            if (newest <= done) {
                due.remove(ward);
                return;
            }
        }
        fetch(ward, newest);
    }

    private static Iterator<Integer> partitions(KeyRange range) {
        return IntStream.range(range.begin(), range.end()).iterator();
    }

    private interface Fetch {
        CompletableFuture<RangeFile.Part> of(int partition);
    }

    /** One after the other. */
    private static CompletableFuture<?> fetchEach(
            Iterator<Integer> partitions, Fetch fetch, ObjIntConsumer<RangeFile.Part> taker) {
        if (!partitions.hasNext()) {
            return CompletableFuture.completedFuture(true);
        }
        int partition = partitions.next();
        CompletableFuture<RangeFile.Part> fetched;
        try {
            fetched = fetch.of(partition);
        } catch (IllegalStateException closed) {
            return CompletableFuture.failedFuture(closed);
        }
        return fetched.thenCompose(copy -> {
            taker.accept(copy, partition);
            return fetchEach(partitions, fetch, taker);
        });
    }

    /**
     * Takes the range's first values from mirrors, some of which may be here.
     *
     * @param source where they are
     * @param taker takes each partition's copy, on any thread
     * @return when all have come; fails if one cannot be had
     */
    public CompletableFuture<?> restore(ValueSource.Mirrored source, ObjIntConsumer<RangeFile.Part> taker) {
        long version = spec.firstVersion();
        return fetchEach(
                        partitions(spec.partitions()),
                        partition -> kept.find(run, version, partition)
                                .map(CompletableFuture::completedFuture)
                                .orElseGet(() ->
                                        fetching.partition(place(source, partition), spec, partition, version, false)),
                        (copy, partition) -> {
                            taker.accept(copy, partition);
                            kept.keep(run, version, partition, copy);
                        })
                .thenApply(done -> {
                    // So that the loss of another one is no worse than the first.
                    wards.forEach(ward -> isDue(ward, version));
                    return done;
                });
    }

    private static ServerAddress place(ValueSource.Mirrored source, int partition) {
        return source.places().stream()
                .filter(place -> place.partitions().begin() <= partition
                        && partition < place.partitions().end())
                .map(MirrorPlace::address)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no mirror of partition " + partition + " is named"));
    }

    /** The range is over; what was copied stays. */
    public void end() {
        ended = true;
    }
}
