package convoy.parameterserver.client;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.RoomRequest;
import convoy.parameterserver.wire.Wire;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Pulls and pushes partitions of one run under one incarnation. Thread-safe; no call blocks.
 *
 * <p>Lost connections are made anew and requests repeated (both sides drop duplicates) for as long as {@link
 * ServerClients}' silence allows; then the future fails with {@code ServerException}.
 */
public final class ParameterClient {
    private final Connections connections;
    private final String run;
    private final long runHash;
    private final long incarnation;
    private final ParameterLayout layout;
    private final List<KeyRange> partitions;

    /** Of each partition's server. */
    private final List<ServerAddress> addresses;

    /** Off the heap, so that the socket takes them without another copy; as many as were ever under way at once. */
    private final PushBuffers buffers;

    /** Once a push has found no room, room is asked for before each: that costs a few bytes and not a message that is sent in vain. */
    private volatile boolean crowded;

    ParameterClient(
            Connections connections,
            String run,
            long incarnation,
            ParameterLayout layout,
            List<ServerAddress> servers) {
        this.connections = connections;
        this.run = run;
        this.runHash = Wire.runHash(run);
        this.incarnation = incarnation;
        this.layout = layout;
        buffers = new PushBuffers(Request.PUSH_HEADER + 4 * layout.partitionSize());
        partitions = IntStream.range(0, layout.partitions())
                .mapToObj(layout::partition)
                .toList();
        addresses = IntStream.range(0, partitions.size())
                .mapToObj(partition -> servers.get(layout.serverOf(partition, servers.size())))
                .toList();
    }

    /** {@return the layout whose partitions are meant} */
    public ParameterLayout layout() {
        return layout;
    }

    /**
     * Fetches one partition of {@code version}, when it is there; waits for it as long as that takes, unless cancelled.
     *
     * @param partition counted from 0
     * @param version which
     * @param into the flat vector; the partition's part is written before the future completes, and never after
     * @return the values are in place, or the partition or the run has moved on; fails with a {@link convoy.parameterserver.transport.ServerException}
     */
    public CompletableFuture<PullReply> pull(int partition, long version, float[] into) {
        KeyRange range = range(partition, into);
        Request.Pull request = new Request.Pull(partition, version, connections.waitMillis());
        return connections.start(
                addresses.get(partition),
                partition,
                "pull of version " + version + " of partition " + partition + " of run '" + run + "'",
                () -> request.write(runHash, incarnation),
                reply -> pulled(reply, range, into),
                false);
    }

    private static PullReply pulled(Reply reply, KeyRange range, float[] into) {
        return switch (reply.status()) {
            case OK -> {
                if (reply.body().remaining() != 4 * range.size()) {
                    throw new IllegalArgumentException(Counts.plain(reply.body().remaining(), "byte")
                            + " for a partition of " + Counts.plain(range.size(), "float"));
                }
                reply.body().asFloatBuffer().get(into, range.begin(), range.size());
                yield new PullReply.Values(reply.number());
            }
            case SUPERSEDED -> new PullReply.Superseded(reply.number());
            case FENCED -> new PullReply.Fenced(reply.number());
            case NOT_YET, NOT_OPEN, REFUSED, FAILED, HELD ->
                throw new IllegalArgumentException("status " + reply.status());
        };
    }

    /**
     * Gives the server one partition of the sum of a subtree's gradients.
     *
     * @param partition counted from 0
     * @param step 0-based; it turns version {@code step} into {@code step + 1}
     * @param subtree a node of the run's sum tree
     * @param examples how many examples the subtree has
     * @param sums the flat vector; the partition's part is sent. Do not change it until the future completes.
     * @return the push is counted, perhaps by an earlier one, or the partition or the run has moved on; fails with a
     *     {@link convoy.parameterserver.transport.ServerException}
     */
    public CompletableFuture<PushReply> push(int partition, long step, Subtree subtree, int examples, float[] sums) {
        return push(partition, step, subtree, examples, sums, waiting -> {});
    }

    /**
     * The same for whoever wants to know that it is not the pusher who is waited for.
     *
     * @param partition counted from 0
     * @param step 0-based; it turns version {@code step} into {@code step + 1}
     * @param subtree a node of the run's sum tree
     * @param examples how many examples the subtree has
     * @param sums the flat vector; the partition's part is sent. Do not change it until the future completes.
     * @param waiting is told, on any thread, with true that the push waits until the server has room for it, which it has once others have
     *     come, and with false that it is on its way
     * @return as the other's
     */
    public CompletableFuture<PushReply> push(
            int partition, long step, Subtree subtree, int examples, float[] sums, Consumer<Boolean> waiting) {
        KeyRange range = range(partition, sums);
        return new HeldPush(
                        () -> send(partition, step, subtree, examples, sums, range),
                        () -> askForRoom(partition, step, subtree),
                        waiting)
                .begin(crowded);
    }

    private CompletableFuture<Optional<PushReply>> send(
            int partition, long step, Subtree subtree, int examples, float[] sums, KeyRange range) {
        PushBuffers.Lease message = buffers.lease();
        return connections.start(
                addresses.get(partition),
                partition,
                "push of " + subtree + " of step " + step + " of partition " + partition + " of run '" + run + "'",
                () -> {
                    ByteBuffer buffer = message.take();
                    Request.Push.write(buffer, runHash, incarnation, partition, step, subtree, examples, sums, range);
                    return buffer.duplicate();
                },
                reply -> {
                    message.answered();
                    if (reply.status() == Wire.Status.HELD) {
                        crowded = true;
                    }
                    return pushed(reply);
                },
                true);
    }

    private CompletableFuture<Optional<PushReply>> askForRoom(int partition, long step, Subtree subtree) {
        RoomRequest request = new RoomRequest(partition, step, subtree, connections.waitMillis());
        return connections.start(
                addresses.get(partition),
                partition,
                "room for " + subtree + " of step " + step + " of partition " + partition + " of run '" + run + "'",
                () -> request.write(runHash, incarnation),
                reply -> reply.status() == Wire.Status.OK ? Optional.empty() : pushed(reply),
                false);
    }

    /** Empty if there was no room. */
    private static Optional<PushReply> pushed(Reply reply) {
        return switch (reply.status()) {
            case OK -> Optional.of(new PushReply.Accepted(reply.number()));
            case SUPERSEDED -> Optional.of(new PushReply.Superseded(reply.number()));
            case FENCED -> Optional.of(new PushReply.Fenced(reply.number()));
            case HELD -> Optional.empty();
            case NOT_YET, NOT_OPEN, REFUSED, FAILED -> throw new IllegalArgumentException("status " + reply.status());
        };
    }

    private KeyRange range(int partition, float[] flat) {
        if (partition < 0 || partition >= partitions.size()) {
            throw new IllegalArgumentException(
                    "partition " + partition + ": run '" + run + "' has " + partitions.size());
        }
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException(
                    "an array of " + Counts.plain(flat.length, "float") + ": run '" + run + "' has " + layout.size());
        }
        return partitions.get(partition);
    }
}
