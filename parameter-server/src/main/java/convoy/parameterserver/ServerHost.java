package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening port for any number of key ranges and runs; an executor has one.
 *
 * <p>Of each run it serves the newest incarnation it was told of; requests under an older one are answered "fenced".
 */
public final class ServerHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHost.class);

    /** How often it is checked whether somebody has waited long enough; far below any deadline. */
    private static final long SWEEP_MILLIS = 100;

    /** After this long without a word from the server of partition 0 the question for the norm is repeated. */
    private static final Duration NORM_SILENCE = Duration.ofSeconds(20);

    private static final long NORM_PAUSE_MILLIS = 1_000;
    private static final long CLOSING_SECONDS = 10;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final TransportConf conf;
    private final Optional<AppSecret> secret;
    private final Configuration hadoop;
    private final Counters counters = new Counters();

    private final ExecutorService updates;
    private final ExecutorService storage;

    /** Opens and closes ranges, one at a time: the only writer of {@link #runs}. */
    private final ExecutorService control;

    private final ScheduledExecutorService timer;
    private final TransportContext context;
    private final TransportServer server;
    private final ServerAddress address;

    /** By the hash of the run's name. */
    private final Map<Long, Run> runs = new ConcurrentHashMap<>();

    /** To the servers of partition 0, for the global norm; made when first needed. */
    @GuardedBy("this")
    private Optional<ServerClients> peers = Optional.empty();

    @GuardedBy("this")
    private boolean closed;

    /**
     * The ranges of one incarnation of a run.
     *
     * @param ranges by server index; immutable
     */
    private record Run(String name, long incarnation, Map<Integer, RangeServer> ranges) {
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

    private ServerHost(TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        this.conf = conf;
        this.secret = secret;
        this.hadoop = hadoop;
        int processors = Runtime.getRuntime().availableProcessors();
        updates = Executors.newFixedThreadPool(Math.max(1, Math.min(4, processors / 2)), threads("convoy-update"));
        storage = Executors.newFixedThreadPool(2, threads("convoy-storage"));
        control = Executors.newSingleThreadExecutor(threads("convoy-control"));
        timer = Executors.newSingleThreadScheduledExecutor(threads("convoy-timer"));
        context = new TransportContext(conf, new Requests(), true);
        server = context.createServer(bindHost, 0, List.of(new Gate(conf, secret)));
        address = new ServerAddress(bindHost, server.getPort());
        Future<?> unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Binds a free port and serves from then on.
     *
     * @param conf Spark's transport settings; its module name prefixes them ({@code spark.convoy.io.serverThreads})
     * @param secret what peers must know; empty trusts everybody that reaches the port
     * @param hadoop how to reach snapshots
     * @param bindHost the name or address to bind and to be reached at
     */
    public static ServerHost start(
            TransportConf conf, Optional<AppSecret> secret, Configuration hadoop, String bindHost) {
        requireSoundAuthentication(conf, secret);
        ServerHost host = new ServerHost(conf, secret, hadoop, bindHost);
        LOG.info(
                "Parameter server at {}, {}",
                host.address,
                secret.isEmpty()
                        ? "without authentication"
                        : conf.encryptionEnabled() ? "authenticated, encrypted" : "authenticated");
        return host;
    }

    /** With encryption, refuses the older, weaker handshakes that Spark's defaults allow, and a cipher that fails. */
    static void requireSoundAuthentication(TransportConf conf, Optional<AppSecret> secret) {
        if (secret.isEmpty() || !conf.encryptionEnabled()) {
            return;
        }
        if (conf.saslFallback() || conf.authEngineVersion() < 2) {
            throw new IllegalArgumentException("spark.network.crypto.saslFallback = " + conf.saslFallback()
                    + ", spark.network.crypto.authEngineVersion = " + conf.authEngineVersion()
                    + ": set false and 2, the older handshakes are not spoken here");
        }
        String cipher = conf.get("spark.network.crypto.cipher", "AES/CTR/NoPadding");
        if (cipher.equals("AES/GCM/NoPadding") && !decryptsMoreThanOneMessage()) {
            throw new IllegalArgumentException(
                    "spark.network.crypto.cipher = " + cipher
                            + ": this Spark drops every message of a connection but the first (SPARK-56227); use AES/CTR/NoPadding");
        }
    }

    /** Whether Spark's GCM decryption starts anew for each message; 3.5.5's does not, and connections just hang. */
    private static boolean decryptsMoreThanOneMessage() {
        try {
            Class<?> handler = Class.forName("org.apache.spark.network.crypto.GcmTransportCipher$DecryptionHandler");
            return Arrays.stream(handler.getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals("resetForNextMessage"));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Where peers reach it. */
    public ServerAddress address() {
        return address;
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

    /** Stops serving; what was not written down is gone. */
    @Override
    public void close() {
        Optional<ServerClients> clients;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            clients = peers;
        }
        server.close();
        timer.shutdownNow();
        control.shutdownNow();
        ByteBuffer gone = Reply.text(Wire.Status.NOT_OPEN, "the server at " + address + " was closed");
        for (Run run : runs.values()) {
            run.ranges.values().forEach(range -> range.end(gone));
        }
        runs.clear();
        clients.ifPresent(ServerClients::close);
        updates.shutdown();
        storage.shutdown();
        context.close();
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
        long now = System.nanoTime();
        try {
            for (Run run : runs.values()) {
                run.ranges.values().forEach(range -> range.expire(now));
            }
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the sweeping for good, and every waiting pull would look like a dead server.
            LOG.error("Could not tell somebody to ask again", e);
        }
    }

    /** Every message on the port; runs on event loops and blocks none. */
    private final class Requests extends RpcHandler {
        private final StreamManager noStreams = new OneForOneStreamManager();

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            message.order(ByteOrder.LITTLE_ENDIAN);
            Asker answer =
                    new Asker(client, FrameDecoder.of(client.getChannel()).request(), callback, counters);
            Request.Header header;
            try {
                header = Request.Header.read(message);
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                counters.refused.increment();
                LOG.warn("Refused {}: {}", client.getSocketAddress(), reason(e));
                callback.onFailure(new IllegalArgumentException("no Convoy message: " + reason(e)));
                return;
            }
            try {
                dispatch(header, message, answer);
            } catch (BufferUnderflowException | IllegalArgumentException | BadInputException | ArithmeticException e) {
                counters.refused.increment();
                LOG.warn("Refused {} from {}: {}", header.kind(), client.getSocketAddress(), reason(e));
                answer.accept(Reply.text(Wire.Status.REFUSED, reason(e)));
            } catch (Error e) {
                // Thrown on, it would close the connection, and the peer would ask again for ever.
                counters.refused.increment();
                LOG.error("Could not do {} for {}", header.kind(), client.getSocketAddress(), e);
                answer.accept(Reply.text(Wire.Status.REFUSED, address + " failed at it: " + e));
            }
        }

        @Override
        public StreamManager getStreamManager() {
            return noStreams;
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

    private static long deadline(int waitMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
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
                    "the run is not open at " + address + ": it was closed, or the server was restarted since"));
        } else if (header.incarnation() < run.incarnation) {
            answer.accept(Reply.of(Wire.Status.FENCED, run.incarnation));
        } else {
            answer.accept(Reply.text(
                    Wire.Status.NOT_OPEN,
                    "incarnation " + header.incarnation() + " of run '" + run.name + "' is not open at " + address
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
            Map<Integer, RangeServer> ranges = new HashMap<>();
            if (run != null && run.incarnation == header.incarnation()) {
                ranges.putAll(run.ranges);
            } else if (run != null) {
                LOG.info(
                        "Incarnation {} of run '{}' takes the place of {}",
                        spec.incarnation(),
                        spec.run(),
                        run.incarnation);
                // Before the new ones take memory.
                runs.put(header.run(), new Run(spec.run(), spec.incarnation(), Map.of()));
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
            RangeServer range =
                    new RangeServer(spec, description, hadoop, counters, updates, storage, this::askForNorm);
            ranges.put(spec.server(), range);
            runs.put(header.run(), new Run(spec.run(), spec.incarnation(), Map.copyOf(ranges)));
            range.begin();
            range.awaitOpen(deadline, answer);
        } catch (RuntimeException | Error e) {
            counters.refused.increment();
            LOG.error("Could not open {}", spec, e);
            answer.accept(Reply.text(Wire.Status.REFUSED, "cannot open " + spec + " at " + address + ": " + reason(e)));
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
                ByteBuffer gone = Reply.text(Wire.Status.NOT_OPEN, "run '" + run.name + "' was closed at " + address);
                run.ranges.values().forEach(range -> range.end(gone));
                LOG.info("Closed run '{}'", run.name);
            }
            answer.accept(Reply.of(Wire.Status.OK, 0));
        } catch (RuntimeException | Error e) {
            LOG.error("Could not close a run", e);
            answer.accept(Reply.text(Wire.Status.REFUSED, "cannot close the run at " + address + ": " + reason(e)));
        }
    }

    /** A range's question to the server of partition 0, repeated until it is answered or the range has ended. */
    private void askForNorm(RangeServer range, long step, double[] squares, DoubleConsumer taker) {
        try {
            ServerClients clients;
            synchronized (this) {
                if (closed || range.hasEnded()) {
                    return;
                }
                if (peers.isEmpty()) {
                    peers = Optional.of(ServerClients.create(conf, secret, NORM_SILENCE));
                }
                clients = peers.get();
            }
            CompletableFuture<?> unused = clients.norm(range.spec(), step, squares)
                    .whenComplete((norm, failure) -> {
                        try {
                            if (failure == null) {
                                taker.accept(norm);
                            } else if (failure instanceof FencedException fenced) {
                                range.end(Reply.of(Wire.Status.FENCED, fenced.incarnation()));
                            } else {
                                askAgain(range, step, squares, taker, failure);
                            }
                        } catch (RuntimeException | Error e) {
                            range.fail("the gradient norm of step " + step + " cannot be taken", e);
                        }
                    });
        } catch (RuntimeException | Error e) {
            // By the timer's thread, which would keep it to itself, and the range would wait for ever.
            range.fail("the gradient norm of step " + step + " cannot be asked for", e);
        }
    }

    private void askAgain(RangeServer range, long step, double[] squares, DoubleConsumer taker, Throwable failure) {
        synchronized (this) {
            if (!closed && !range.hasEnded()) {
                LOG.warn(
                        "{} does not know the gradient norm of step {} yet: {}",
                        range.spec(),
                        step,
                        failure.getMessage());
                Future<?> unused = timer.schedule(
                        () -> askForNorm(range, step, squares, taker), NORM_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }
}
