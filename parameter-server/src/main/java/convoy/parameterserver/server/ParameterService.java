package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.server.mirrors.Fetching;
import convoy.parameterserver.server.mirrors.Mirrors;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.transport.RefusalLog;
import convoy.parameterserver.wire.MirrorRequest;
import convoy.parameterserver.wire.OpenMessage;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.RoomRequest;
import convoy.parameterserver.wire.ServerStatistics;
import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import convoy.records.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    private final Supplier<ServerAddress> address;
    private final Clock clock;
    private final Counters counters;

    private final ExecutorService updates;
    private final ExecutorService storage;

    /** Opens and closes ranges, one at a time: the only thread that changes {@link #runs}. */
    private final ExecutorService control;

    private final ScheduledExecutorService timer;
    private final NormQuestions norms;
    private final Mirrors mirrors = new Mirrors();
    private final Fetching fetching;
    private final Shortage shortage;
    private final Runs runs;

    @GuardedBy("this")
    private boolean closed;

    /**
     * Serves no run yet.
     *
     * @param address where it is reached, asked for once messages come
     * @param hadoop how to reach snapshots
     * @param clock of its deadlines, and of its threads
     * @param connect gives connections to other servers, which this closes
     */
    public ParameterService(
            Supplier<ServerAddress> address, Configuration hadoop, Clock clock, Supplier<Connections> connect) {
        this.address = address;
        this.clock = clock;
        counters = new Counters(new RefusalLog(clock));
        int processors = Runtime.getRuntime().availableProcessors();
        updates = clock.pool("convoy-update", Math.max(1, Math.min(4, processors / 2)));
        storage = clock.pool("convoy-storage", 2);
        control = clock.pool("convoy-control", 1);
        timer = clock.timer("convoy-timer");
        norms = new NormQuestions(timer, connect);
        fetching = new Fetching(connect);
        shortage = new Shortage(this::endRuns);
        Surroundings surroundings = SurroundingsBuilder.builder()
                .hadoop(hadoop)
                .counters(counters)
                .clock(clock)
                .updates(updates)
                .storage(storage)
                .norms(norms)
                .mirrors(mirrors)
                .fetching(fetching)
                .shortage(shortage)
                .build();
        runs = new Runs(address, counters, (memory, opened) -> new RangeServer(memory, opened, surroundings), shortage);
        Future<?> unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What it has done so far. */
    ServerStatistics statistics() {
        return runs.statistics();
    }

    private void endRuns(ByteBuffer reply) {
        runs.end(reply);
        mirrors.forgetAll();
    }

    /** {@return whether its process has run out of memory: it serves nothing any more, and another has to take its place} */
    public boolean isExhausted() {
        return shortage.reply().isPresent();
    }

    /** Takes in a failure of whatever brings the messages. */
    void failed(Throwable cause) {
        if (shortage.isShort(cause)) {
            LOG.debug("A connection found no memory", cause);
        }
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
        fetching.close();
        timer.shutdownNow();
        control.shutdownNow();
        runs.end(Reply.text(Wire.Status.NOT_OPEN, "the server at " + address.get() + " was closed"));
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
            runs.expire(now);
            mirrors.expire(now);
            counters.refused.tell();
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the sweeping for good, and every waiting pull would look like a dead server.
            if (!shortage.isShort(e)) {
                LOG.error("Could not tell somebody to ask again", e);
            }
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
        Optional<ByteBuffer> exhausted = shortage.reply();
        if (exhausted.isPresent()) {
            answer.accept(exhausted.get());
            return;
        }
        message.order(ByteOrder.LITTLE_ENDIAN);
        Request.Header header;
        try {
            header = Request.Header.read(message);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            counters.refused.refuse("Refused " + sender + ": " + Runs.reason(e));
            throw new IllegalArgumentException("no Convoy message: " + Runs.reason(e));
        }
        try {
            dispatch(header, message, answer);
        } catch (BufferUnderflowException | IllegalArgumentException | BadInputException | ArithmeticException e) {
            counters.refused.refuse("Refused " + header.kind() + " from " + sender + ": " + Runs.reason(e));
            answer.accept(Reply.text(Wire.Status.REFUSED, Runs.reason(e)));
        } catch (Error e) {
            // Thrown on, it would close the connection, and the peer would ask again for ever.
            if (shortage.isShort(e)) {
                shortage.reply().ifPresent(answer);
                return;
            }
            counters.refused.count();
            LOG.error("Could not do {} for {}", header.kind(), sender, e);
            answer.accept(Reply.text(Wire.Status.REFUSED, address.get() + " failed at it: " + e));
        }
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
                control.execute(() -> runs.open(header, spec, description, deadline(waitMillis), answer));
            }
            case CLOSE ->
                control.execute(() -> runs.close(header, reply -> {
                    if (!runs.has(header.run())) {
                        mirrors.forget(header.run());
                    }
                    answer.accept(reply);
                }));
            case STATISTICS -> answer.accept(Reply.statistics(runs.statistics()));
            case LOAD -> {
                Request.Load load = Request.Load.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(load.partition()).load(load, answer));
            }
            case PULL -> {
                Request.Pull pull = Request.Pull.read(message);
                runs.served(header, answer).ifPresent(run -> run.holding(pull.partition())
                        .pull(pull, deadline(pull.waitMillis()), answer));
            }
            case PUSH -> {
                Request.Push push = Request.Push.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(push.partition()).push(push, answer));
            }
            case ROOM -> {
                RoomRequest room = RoomRequest.read(message);
                runs.served(header, answer).ifPresent(run -> run.holding(room.partition())
                        .room(room, deadline(room.waitMillis()), answer));
            }
            case MIRROR -> {
                MirrorRequest mirror = MirrorRequest.read(message);
                mirrors.answer(header.run(), mirror, deadline(mirror.waitMillis()), answer);
            }
            case MIRRORS -> answer.accept(Reply.mirrors(mirrors.there(header.run())));
            case NORM -> {
                Request.Norm norm = Request.Norm.read(message);
                runs.served(header, answer)
                        .ifPresent(run -> run.holding(0).norm(norm, deadline(norm.waitMillis()), answer));
            }
            case SNAPSHOT -> {
                Request.Snapshot snapshot = Request.Snapshot.read(message);
                runs.served(header, answer).ifPresent(run -> run.range(snapshot.server())
                        .snapshot(snapshot.version(), deadline(snapshot.waitMillis()), answer));
            }
            case SQUARES -> {
                Request.Squares squares = Request.Squares.read(message);
                runs.served(header, answer).ifPresent(run -> run.range(squares.server())
                        .squares(squares.version(), deadline(squares.waitMillis()), answer));
            }
        }
    }

    private long deadline(int waitMillis) {
        return clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }
}
