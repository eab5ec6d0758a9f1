package convoy.parameterserver.client;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.MirroredVersion;
import convoy.parameterserver.range.OpenRange;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.range.WrittenRange;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.transport.SparkTransport;
import convoy.parameterserver.transport.Transport;
import convoy.parameterserver.wire.OpenMessage;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.ServerStatistics;
import convoy.parameterserver.wire.Wire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.network.util.TransportConf;

/**
 * A process's conversations with servers: it opens and closes ranges, asks for snapshots and makes {@link ParameterClient}s. Nothing
 * here blocks its caller: connecting, authenticating and every request run under a deadline of their own, so that a peer that hangs
 * costs a future that fails, never a thread that waits.
 *
 * <p>Futures complete on the transport's threads; what follows on them without an executor of its own must not block.
 */
public final class ServerClients implements AutoCloseable {
    private final Connections connections;

    private ServerClients(Connections connections) {
        this.connections = connections;
    }

    /**
     * Over Spark's network layer, by this machine's clock. No connection is made yet.
     *
     * @param conf Spark's transport settings; {@code spark.<module>.io.numConnectionsPerPeer} connections go to each server
     * @param secret what servers want to know
     * @param silence as {@link #over} takes it
     * @return to be closed
     */
    public static ServerClients create(TransportConf conf, Optional<AppSecret> secret, Duration silence) {
        return over(new SparkTransport(conf, secret), Clock.system(), silence);
    }

    /**
     * Over any transport, which is closed with it. No connection is made yet.
     *
     * @param transport what carries requests, closed with the clients
     * @param clock by which servers are silent; its timer watches them
     * @param silence how long a server may take to give any answer (it answers a request that waits for something several
     *     times within it) before a request fails as {@link ServerException.Reason#UNREACHABLE}; at least 100 ms
     * @return to be closed
     */
    public static ServerClients over(Transport transport, Clock clock, Duration silence) {
        return new ServerClients(Connections.over(transport, clock, silence));
    }

    /**
     * Opens a range; completes when its values are there and it serves.
     *
     * @param address of the server
     * @param range what is to be served, with its first values
     * @return nothing once it is served; fails with a {@link ServerException}
     */
    public CompletableFuture<Void> open(ServerAddress address, OpenRange range) {
        RangeSpec spec = range.spec();
        ByteBuffer message = OpenMessage.write(spec, connections.waitMillis());
        CompletableFuture<Void> opened =
                connections.start(address, 0, "open " + spec, message::duplicate, ServerClients::requireServed, false);
        if (!(range.source() instanceof ValueSource.Initial initial)) {
            return opened;
        }
        return opened.thenCompose(ready -> {
            List<CompletableFuture<Void>> loads = new ArrayList<>();
            KeyRange owned = spec.partitions();
            for (int p = owned.begin(); p < owned.end(); p++) {
                int partition = p;
                loads.add(connections.start(
                        address,
                        p,
                        "load partition " + p + " of " + spec,
                        () -> Request.Load.write(
                                Wire.runHash(spec.run()),
                                spec.incarnation(),
                                partition,
                                initial.values(),
                                spec.layout().partition(partition)),
                        ServerClients::requireServed,
                        true));
            }
            return CompletableFuture.allOf(loads.toArray(CompletableFuture<?>[]::new));
        });
    }

    /**
     * Completes when range {@code server}'s file of the snapshot of {@code version} is written. A version that the plan
     * does not include is added to it, as long as no partition has passed it.
     *
     * @param address of the server
     * @param run the run's name
     * @param incarnation under which the run is served
     * @param server the range's index, counted from 0
     * @param version which
     * @return the file, with its checksum and those of the tensors in it; fails with a {@link ServerException}
     */
    public CompletableFuture<WrittenRange> snapshot(
            ServerAddress address, String run, long incarnation, int server, long version) {
        Request.Snapshot request = new Request.Snapshot(server, version, connections.waitMillis());
        return connections.start(
                address,
                0,
                "snapshot of version " + version + " of range " + server + " of run '" + run + "'",
                () -> request.write(Wire.runHash(run), incarnation),
                reply -> {
                    requireServed(reply);
                    return reply.readSnapshot();
                },
                false);
    }

    /**
     * Completes with what range {@code server} has measured of the step that makes {@code version}, once it is made.
     *
     * @param address of the server
     * @param run the run's name
     * @param incarnation under which the run is served
     * @param server the range's index, counted from 0
     * @param version one that the range's plan includes, not long ago
     * @return gradient and update of each part of a trained tensor, partition by partition, as {@link
     *     convoy.parameterserver.range.Squares} adds them up; fails with a {@link ServerException}
     */
    public CompletableFuture<double[]> squares(
            ServerAddress address, String run, long incarnation, int server, long version) {
        Request.Squares request = new Request.Squares(server, version, connections.waitMillis());
        return connections.start(
                address,
                0,
                "what was measured for version " + version + " of range " + server + " of run '" + run + "'",
                () -> request.write(Wire.runHash(run), incarnation),
                reply -> {
                    requireServed(reply);
                    return reply.readSquares();
                },
                false);
    }

    /**
     * What copies a server has of a run's partitions in its memory, of its own ranges and of others'.
     *
     * @param address of the server
     * @param run the run's name
     * @return by version; fails with a {@link ServerException}
     */
    public CompletableFuture<List<MirroredVersion>> mirrors(ServerAddress address, String run) {
        Request.Header request = new Request.Header(Wire.Kind.MIRRORS, Wire.runHash(run), 0);
        return connections.start(
                address,
                0,
                "mirrors of run '" + run + "'",
                () -> request.start(0).flip(),
                Reply::readMirrors,
                false);
    }

    /**
     * Forgets all ranges of a run at this address, up to {@code incarnation}; completes even when there are none.
     *
     * @param address of the server
     * @param run the run's name
     * @param incarnation under which the run is served
     * @return nothing once they are forgotten; fails with a {@link ServerException}
     */
    public CompletableFuture<Void> close(ServerAddress address, String run, long incarnation) {
        Request.Header request = new Request.Header(Wire.Kind.CLOSE, Wire.runHash(run), incarnation);
        return connections.start(
                address,
                0,
                "close run '" + run + "'",
                () -> request.start(0).flip(),
                ServerClients::requireServed,
                false);
    }

    /**
     * What the host has done.
     *
     * @param address of the server
     * @return of all runs since the host began; fails with a {@link ServerException}
     */
    public CompletableFuture<ServerStatistics> statistics(ServerAddress address) {
        Request.Header request = new Request.Header(Wire.Kind.STATISTICS, 0, 0);
        return connections.start(
                address, 0, "statistics", () -> request.start(0).flip(), Reply::readStatistics, false);
    }

    /**
     * {@return a client for one run's parameters under one incarnation}
     *
     * @param run the run's name
     * @param incarnation under which the run is served
     * @param layout of the whole flat vector
     * @param servers of all ranges, in order
     */
    public ParameterClient parameters(
            String run, long incarnation, ParameterLayout layout, List<ServerAddress> servers) {
        return new ParameterClient(connections, run, incarnation, layout, servers);
    }

    @SuppressWarnings("NullAway") // a CompletableFuture<Void> has no other value
    private static Void requireServed(Reply reply) {
        if (reply.status() != Wire.Status.OK) {
            throw new ServerException(
                    ServerException.Reason.REFUSED, "fenced: incarnation " + reply.number() + " is served there now");
        }
        return null;
    }

    /** Fails what is under way and closes all connections. */
    @Override
    public void close() {
        connections.close();
    }
}
