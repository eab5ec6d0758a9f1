package convoy.parameterserver.server.mirrors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.wire.MirrorRequest;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Wire;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Copies of partitions from other servers, one partition at a time. Safe for use by several threads. */
public final class Fetching implements AutoCloseable {
    private final Supplier<Connections> connect;

    /** Made when first needed. */
    @GuardedBy("this")
    private Optional<Connections> connections = Optional.empty();

    @GuardedBy("this")
    private boolean closed;

    /**
     * Connects to nobody yet.
     *
     * @param connect gives connections to other servers, which this closes
     */
    public Fetching(Supplier<Connections> connect) {
        this.connect = connect;
    }

    private synchronized Connections connections() {
        if (closed) {
            throw new IllegalStateException("this server is closed");
        }
        if (connections.isEmpty()) {
            connections = Optional.of(connect.get());
        }
        return connections.get();
    }

    /**
     * Fetches one partition's values and slots.
     *
     * @param from the server that has it, or will have it
     * @param spec of a range of the same run
     * @param partition counted from 0
     * @param version of the copy
     * @param patient whether to wait until it is there
     * @return fails with a {@link convoy.parameterserver.transport.ServerException} if it cannot be had
     */
    CompletableFuture<RangeFile.Part> partition(
            ServerAddress from, RangeSpec spec, int partition, long version, boolean patient) {
        Connections open = connections();
        List<CompletableFuture<float[]>> arrays = new ArrayList<>();
        for (int array = 0; array <= spec.rule().optimizer().slots().size(); array++) {
            MirrorRequest request = new MirrorRequest(version, partition, array, patient ? open.waitMillis() : 0);
            arrays.add(open.start(
                    from,
                    partition,
                    "mirror of version " + version + " of partition " + partition + " of run '" + spec.run() + "'",
                    () -> request.write(Wire.runHash(spec.run()), spec.incarnation()),
                    Fetching::floats,
                    false));
        }
        return CompletableFuture.allOf(arrays.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new RangeFile.Part(
                        arrays.get(0).join(),
                        arrays.stream().skip(1).map(CompletableFuture::join).toArray(float[][]::new)));
    }

    private static float[] floats(Reply reply) {
        FloatBuffer in = reply.body().asFloatBuffer();
        float[] floats = new float[in.remaining()];
        in.get(floats);
        return floats;
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        Optional<Connections> open;
        synchronized (this) {
            closed = true;
            open = connections;
        }
        open.ifPresent(Connections::close);
    }
}
