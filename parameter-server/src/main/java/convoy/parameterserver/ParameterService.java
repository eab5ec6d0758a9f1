package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Clock;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server does with the messages that it gets, whatever brings them: any number of key ranges of any number of runs. Of each run
 * it serves the newest incarnation it was told of; requests under an older one are answered "fenced".
 *
 * <p>Messages come on the transport's threads and block none of them. Updates, files, and the opening and closing of ranges are done by
 * pools of the clock's, deadlines are watched by its timer. Safe for use by several threads.
 */
public final class ParameterService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ParameterService.class);

    /** How often it is checked whether somebody has waited long enough; far below any deadline. */
    private static final long SWEEP_MILLIS = 100;

    private static final long CLOSING_SECONDS = 10;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Supplier<ServerAddress> address;
    private final Clock clock;
    private final Counters counters = new Counters();

    private final ExecutorService updates;
    private final ExecutorService storage;

    /** Opens and closes ranges, one at a time: the only writer of {@link #runs}. */
    private final ExecutorService control;

    private final ScheduledExecutorService timer;
    private final RangeServer.Surroundings surroundings;

    /** By the hash of the run's name. */
    private final Map<Long, Run> runs = new ConcurrentHashMap<>();

    private final NormRequests norms;

    @GuardedBy("this")
    private boolean closed;

    /**
     * The ranges of one incarnation of a run.
     *
     * @param ranges by server index, in that order; immutable
     */
    private record Run(String name, long incarnation, SortedMap<Integer, RangeServer> ranges) {
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
    }

    /**
     * Serves no run yet.
     *
     * @param address where it is reached, asked for once messages come
     * @param hadoop how to reach snapshots
     * @param clock of its deadlines, and of its threads
     * @param connect gives connections to the server of partition 0, which this closes
     */
    public ParameterService(
            Supplier<ServerAddress> address, Configuration hadoop, Clock clock, Supplier<ServerClients> connect) {
        this.address = address;
        this.clock = clock;
        int processors = Runtime.getRuntime().availableProcessors();
        updates = clock.pool("convoy-update", Math.max(1, Math.min(4, processors / 2)));
        storage = clock.pool("convoy-storage", 2);
        control = clock.pool("convoy-control", 1);
        timer = clock.timer("convoy-timer");
        norms = new NormRequests(timer, connect);
        surroundings = new RangeServer.Surroundings(hadoop, counters, clock, updates, storage, norms);
        Future<?> unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What it has done so far. */
    public ServerStatistics statistics() {
        int ranges = 0;
        long lowest = Long.MAX_VALUE;
        for (Run run : runs.values()) {
            for (RangeServer range : run.ranges.values()) {
                ranges++;
                lowest = Math.min(lowest, range.lowestVersion());
            }
        }
        return counters.read(ranges, ranges == 0 ? -1 : lowest);
    }

    Counters counters() {
        return counters;
    }

    /** Stops serving; what was not written down is gone. Waits a while for storage that is busy. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        norms.close();
        timer.shutdownNow();
        control.shutdownNow();
        ByteBuffer gone = Reply.text(Wire.Status.NOT_OPEN, "the server at " + address.get() + " was closed");
        for (Run run : runs.values()) {
            run.ranges.values().forEach(range -> range.end(gone));
        }
        runs.clear();
        updates.shutdown();
        storage.shutdown();
        try {
            // Snapshots under way remove what they have written so far.
            if (!storage.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Storage is still busy {} s after this server was closed", CLOSING_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() {
        long now = clock.nanoTime();
        try {
            for (Run run : runs.values()) {
                run.ranges.values().forEach(range -> range.expire(now));
            }
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the sweeping for good, and every waiting pull would look like a dead server.
            LOG.error("Could not tell somebody to ask again", e);
        }
    }

    /**
     * Answers a message, now or later, once.
     *
     * @param message not changed until this returns
     * @param sender for the log
     * @param answer takes the reply on any thread, without blocking; a copy, which it may keep
     * @throws IllegalArgumentException if it is no message of Convoy's
     */
    public void receive(ByteBuffer message, Object sender, Consumer<ByteBuffer> answer) {
        receive(message, sender, new PullAnswer() {
            @Override
            public void accept(ByteBuffer reply) {
                answer.accept(reply);
            }

            @Override
            public void values(ValuesMessage values) {
                counters.pulls.increment();
                counters.pulledBytes.add(values.size() - Wire.REPLY_HEADER);
                ByteBuffer copy = ByteBuffer.allocate((int) values.size()).put(values.nioByteBuffer());
                values.release();
                answer.accept(copy.flip());
            }
        });
    }

    /** The same for whoever sends values without a copy. */
    void receive(ByteBuffer message, Object sender, PullAnswer answer) {
        message.order(ByteOrder.LITTLE_ENDIAN);
        Request.Header header;
        try {
            header = Request.Header.read(message);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            counters.refused.increment();
            LOG.warn("Refused {}: {}", sender, reason(e));
            throw new IllegalArgumentException("no Convoy message: " + reason(e));
        }
        try {
            dispatch(header, message, answer);
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            counters.refused.increment();
            LOG.warn("Refused {} from {}: {}", header.kind(), sender, reason(e));
            answer.accept(Reply.text(Wire.Status.REFUSED, reason(e)));
        } catch (Error e) {
            // Thrown on, it would close the connection, and the peer would ask again for ever.
            counters.refused.increment();
            LOG.error("Could not do {} for {}", header.kind(), sender, e);
            answer.accept(Reply.text(Wire.Status.REFUSED, address.get() + " failed at it: " + e));
        }
    }

    /** One line: a name out of a message may hold anything, but must not write lines of its own into the log. */
    private static String reason(Throwable e) {
        return e instanceof BufferUnderflowException
                ? "the message is cut short"
                : CONTROL.matcher(String.valueOf(e.getMessage())).replaceAll("?");
    }

    private void dispatch(Request.Header header, ByteBuffer message, PullAnswer answer) {
        switch (header.kind()) {
            case OPEN -> {
                int waitMillis = Request.readWait(message);
                byte[] description = new byte[message.remaining()];
                message.get(description);
                RangeSpec spec = OpenMessage.read(
                        ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN), header.incarnation());
                // Allocating a range takes too long for an event loop.
                control.execute(() -> open(header, spec, description, deadline(waitMillis), answer));
            }
            case CLOSE -> control.execute(() -> close(header, answer));
            case STATISTICS -> answer.accept(Reply.statistics(statistics()));
            case LOAD -> {
                Request.Load load = Request.Load.read(message);
                served(header, answer)
                        .ifPresent(run -> run.holding(load.partition()).load(load, answer));
            }
            case PULL -> {
                Request.Pull pull = Request.Pull.read(message);
                served(header, answer).ifPresent(run -> run.holding(pull.partition())
                        .pull(pull, deadline(pull.waitMillis()), answer));
            }
            case PUSH -> {
                Request.Push push = Request.Push.read(message);
                served(header, answer)
                        .ifPresent(run -> run.holding(push.partition()).push(push, answer));
            }
            case NORM -> {
                Request.Norm norm = Request.Norm.read(message);
                served(header, answer).ifPresent(run -> run.holding(0).norm(norm, deadline(norm.waitMillis()), answer));
            }
            case SNAPSHOT -> {
                Request.Snapshot snapshot = Request.Snapshot.read(message);
                served(header, answer).ifPresent(run -> {
                    RangeServer range = run.ranges.get(snapshot.server());
                    if (range == null) {
                        throw new IllegalArgumentException(
                                "range " + snapshot.server() + " of run '" + run.name + "' is not served here");
                    }
                    range.snapshot(snapshot.version(), deadline(snapshot.waitMillis()), answer);
                });
            }
        }
    }

    private long deadline(int waitMillis) {
        return clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }

    /** The run that a request means; if it is not served here under that incarnation the answer says so. */
    private Optional<Run> served(Request.Header header, Consumer<ByteBuffer> answer) {
        Run run = runs.get(header.run());
        if (run != null && run.incarnation == header.incarnation()) {
            return Optional.of(run);
        }
        counters.refused.increment();
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

    private void open(
            Request.Header header, RangeSpec spec, byte[] description, long deadline, Consumer<ByteBuffer> answer) {
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
            requireMemory(spec);
            RangeServer range = new RangeServer(spec, description, surroundings);
            ranges.put(spec.server(), range);
            runs.put(header.run(), new Run(spec.run(), spec.incarnation(), Collections.unmodifiableSortedMap(ranges)));
            range.begin();
            range.awaitOpen(deadline, answer);
        } catch (RuntimeException | Error e) {
            counters.refused.increment();
            LOG.error("Could not open {}", spec, e);
            answer.accept(
                    Reply.text(Wire.Status.REFUSED, "cannot open " + spec + " at " + address.get() + ": " + reason(e)));
        }
    }

    private void requireMemory(RangeSpec spec) {
        long needed = RangeServer.estimatedBytes(spec);
        long taken = 0;
        for (Run run : runs.values()) {
            for (RangeServer range : run.ranges.values()) {
                taken += range.hasEnded() ? 0 : RangeServer.estimatedBytes(range.spec());
            }
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (needed + taken > heap) {
            throw new IllegalArgumentException("it has " + spec.range().size() + " floats and needs about "
                    + (needed >> 20) + " MiB of heap; the process has " + (heap >> 20)
                    + " MiB, of which other ranges need "
                    + (taken >> 20) + ": raise spark.executor.memory or use more servers");
        }
    }

    private void close(Request.Header header, Consumer<ByteBuffer> answer) {
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
}
