package convoy.parameterserver.server;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.ServerStatistics;
import convoy.parameterserver.wire.ServerStatisticsBuilder;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that a host serves: of each the newest incarnation that it was told of. One thread opens and closes; the others may be
 * any.
 */
final class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** Those of all servers of this process, which share its heap. */
    private static final Set<Runs> OF_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Supplier<ServerAddress> address;
    private final Counters counters;
    private final Making servers;
    private final Shortage shortage;

    /** By the hash of the run's name. */
    private final Map<Long, Run> runs = new ConcurrentHashMap<>();

    /**
     * The ranges of one incarnation of a run.
     *
     * @param ranges by server index, in that order; immutable
     */
    record Run(String name, long incarnation, SortedMap<Integer, RangeServer> ranges) {
        /** The range that holds a partition. */
        RangeServer holding(int partition) {
            for (RangeServer range : ranges.values()) {
                KeyRange owned = range.spec().partitions();
                if (owned.begin() <= partition && partition < owned.end()) {
                    return range;
                }
            }
            throw new IllegalArgumentException("partition " + partition + " of run '" + name + "' is not served here");
        }

        /** The range of that index. */
        RangeServer range(int server) {
            RangeServer range = ranges.get(server);
            if (range == null) {
                throw new IllegalArgumentException("range " + server + " of run '" + name + "' is not served here");
            }
            return range;
        }
    }

    /** Makes a range without values, which may take so much memory, of the message that described it. */
    interface Making {
        RangeServer make(RangeMemory memory, byte[] opened);
    }

    /**
     * None at first.
     *
     * @param address the host's, for what is said of it; there once it listens
     * @param shortage is told of every failure that may be one of memory
     */
    Runs(Supplier<ServerAddress> address, Counters counters, Making servers, Shortage shortage) {
        this.address = address;
        this.counters = counters;
        this.servers = servers;
        this.shortage = shortage;
        OF_THIS_PROCESS.add(this);
    }

    /** What the host has done so far. */
    ServerStatistics statistics() {
        int ranges = 0;
        long lowest = Long.MAX_VALUE;
        long sums = 0;
        long most = 0;
        for (Run run : runs.values()) {
            for (RangeServer range : run.ranges.values()) {
                ranges++;
                lowest = Math.min(lowest, range.lowestVersion());
                sums += range.sumBytes();
                most += range.memory().bytes();
            }
        }
        return counters.read(ServerStatisticsBuilder.builder()
                .ranges(ranges)
                .lowestVersion(ranges == 0 ? -1 : lowest)
                .sumBytes(sums)
                .mostBytes(most));
    }

    /** Tells everybody who has waited long enough to ask again. */
    void expire(long now) {
        for (Run run : runs.values()) {
            run.ranges.values().forEach(range -> range.expire(now));
        }
    }

    /** All runs are over: everybody who waits gets this answer. */
    void end(ByteBuffer reply) {
        for (Run run : runs.values()) {
            run.ranges.values().forEach(range -> range.end(reply));
        }
        runs.clear();
        OF_THIS_PROCESS.remove(this);
    }

    /** Bytes of heap that open ranges take at most. */
    private long taken() {
        return runs.values().stream()
                .flatMap(run -> run.ranges.values().stream())
                .filter(range -> !range.hasEnded())
                .mapToLong(range -> range.memory().bytes())
                .sum();
    }

    /** Whether ranges of a run are served. */
    boolean has(long run) {
        return runs.containsKey(run);
    }

    /** The run that a request means; if it is not served here under that incarnation the answer says so. */
    Optional<Run> served(Request.Header header, Consumer<ByteBuffer> answer) {
        Run run = runs.get(header.run());
        if (run != null && run.incarnation == header.incarnation()) {
            return Optional.of(run);
        }
        counters.refused.count();
        if (run == null) {
            answer.accept(Reply.text(
                    Wire.Status.NOT_OPEN,
                    "the run is not open at " + address.get() + ": it was closed, or the server was restarted since"));
        } else if (header.incarnation() < run.incarnation) {
            answer.accept(Reply.of(Wire.Status.FENCED, run.incarnation));
        } else {
            answer.accept(Reply.text(
                    Wire.Status.NOT_OPEN,
                    "incarnation " + header.incarnation() + " of run '" + run.name + "' is not open at " + address.get()
                            + " yet, " + run.incarnation + " is"));
        }
        return Optional.empty();
    }

    /** Opens a range; answers when it serves. */
    void open(Request.Header header, RangeSpec spec, byte[] description, long deadline, Consumer<ByteBuffer> answer) {
        try {
            Run run = runs.get(header.run());
            if (run != null && header.incarnation() < run.incarnation) {
                answer.accept(Reply.of(Wire.Status.FENCED, run.incarnation));
                return;
            }
            SortedMap<Integer, RangeServer> ranges = new TreeMap<>();
            if (run != null && run.incarnation == header.incarnation()) {
                ranges.putAll(run.ranges);
            } else if (run != null) {
                LOG.info(
                        "Incarnation {} of run '{}' takes the place of {}",
                        spec.incarnation(),
                        spec.run(),
                        run.incarnation);
                // Before the new ones take memory.
                runs.put(header.run(), new Run(spec.run(), spec.incarnation(), Collections.emptySortedMap()));
                ByteBuffer fenced = Reply.of(Wire.Status.FENCED, spec.incarnation());
                run.ranges.values().forEach(old -> old.end(fenced));
            }
            RangeServer known = ranges.get(spec.server());
            if (known != null && !known.hasEnded()) {
                if (!known.openedBy(description)) {
                    throw new IllegalArgumentException(
                            "it is open already, with another description: open it under a higher incarnation");
                }
                known.awaitOpen(deadline, answer);
                return;
            }
            RangeServer range;
            // Other servers of this process open ranges at the same time, and none may be promised what another has.
            synchronized (OF_THIS_PROCESS) {
                range = servers.make(memory(spec), description);
                ranges.put(spec.server(), range);
                runs.put(
                        header.run(),
                        new Run(spec.run(), spec.incarnation(), Collections.unmodifiableSortedMap(ranges)));
            }
            range.begin();
            range.awaitOpen(deadline, answer);
        } catch (RuntimeException | Error e) {
            if (shortage.isShort(e)) {
                shortage.reply().ifPresent(answer);
                return;
            }
            counters.refused.count();
            LOG.error("Could not open {}", spec, e);
            answer.accept(
                    Reply.text(Wire.Status.REFUSED, "cannot open " + spec + " at " + address.get() + ": " + reason(e)));
        }
    }

    private static RangeMemory memory(RangeSpec spec) {
        long taken = OF_THIS_PROCESS.stream().mapToLong(Runs::taken).sum();
        long heap = Runtime.getRuntime().maxMemory();
        return RangeMemory.within(spec, taken, heap)
                .orElseThrow(() -> new IllegalArgumentException("it has "
                        + Counts.plain(spec.range().size(), "float") + " and needs about "
                        + (RangeMemory.least(spec).bytes() >> 20) + " MiB of heap; the process has " + (heap >> 20)
                        + " MiB, of which other ranges need "
                        + (taken >> 20) + ": raise spark.executor.memory or use more servers"));
    }

    /** Ends the ranges of a run, up to the incarnation of the request. */
    void close(Request.Header header, Consumer<ByteBuffer> answer) {
        try {
            Run run = runs.get(header.run());
            if (run != null && run.incarnation <= header.incarnation()) {
                runs.remove(header.run());
                ByteBuffer gone =
                        Reply.text(Wire.Status.NOT_OPEN, "run '" + run.name + "' was closed at " + address.get());
                run.ranges.values().forEach(range -> range.end(gone));
                LOG.info("Closed run '{}'", run.name);
            }
            answer.accept(Reply.of(Wire.Status.OK, 0));
        } catch (RuntimeException | Error e) {
            LOG.error("Could not close a run", e);
            answer.accept(
                    Reply.text(Wire.Status.REFUSED, "cannot close the run at " + address.get() + ": " + reason(e)));
        }
    }

    /** One line: a name out of a message may hold anything, but must not write lines of its own into the log. */
    static String reason(Throwable e) {
        return e instanceof BufferUnderflowException
                ? "the message is cut short"
                : CONTROL.matcher(String.valueOf(e.getMessage())).replaceAll("?");
    }
}
