package convoy.parameterserver;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.text.Counts;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.TransportConf;

/**
 * How fast one server and its clients move parameters over this machine's loopback: whole steps, with the sums, plain SGD
 * and everything else that a training run has but the gradients.
 */
public final class LoopbackBenchmark {
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private LoopbackBenchmark() {}

    /**
     * What was reached, medians over the rounds.
     *
     * @param pushBytesPerSecond all workers together, from the first push of a step to the last acknowledgement
     * @param pullBytesPerSecond all workers together, from the first pull of a version to the last value in place
     */
    public record Result(double pushBytesPerSecond, double pullBytesPerSecond) {}

    /**
     * Sends zeros through plain sockets, which nobody looks at: what this machine's loopback lets through at all.
     *
     * @param connections as many at once, with a thread at either end
     * @param bytes through each of them
     * @return bytes a second, of all together
     * @throws IOException if a socket fails, or the thread is interrupted
     */
    public static double plainBytesPerSecond(int connections, long bytes) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(2 * connections);
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            List<SocketChannel> ends = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                ends.add(SocketChannel.open(listening.getLocalAddress()));
                ends.add(listening.accept());
            }
            long start = System.nanoTime();
            List<Future<?>> moving = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel from = ends.get(2 * i);
                SocketChannel to = ends.get(2 * i + 1);
                moving.add(threads.submit(() -> move(bytes, from::write)));
                moving.add(threads.submit(() -> move(bytes, to::read)));
            }
            for (Future<?> end : moving) {
                end.get();
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            for (SocketChannel end : ends) {
                end.close();
            }
            return connections * bytes / seconds;
        } catch (ExecutionException e) {
            throw new IOException("a plain socket over loopback failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while measuring", e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** One direction of a socket's end. */
    private interface End {
        int move(ByteBuffer buffer) throws IOException;
    }

    /** Moves that many bytes, in pieces of 1 MiB as partitions are. */
    private static long move(long bytes, End end) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
        for (long left = bytes; left > 0; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), left));
            int moved = end.move(piece);
            if (moved < 0) {
                throw new EOFException("the other end closed with " + Counts.plain(left, "byte") + " to go");
            }
            left -= moved;
        }
        return bytes;
    }

    /**
     * Runs {@code rounds} steps after a few to warm up.
     *
     * @param conf Spark's transport settings, encryption among them
     * @param secret authenticates if present
     * @param workers how many push and pull at once, each over its own connections; a power of two is fair
     * @param floats length of the flat vector
     * @param rounds how many steps are measured
     * @return medians over the rounds
     */
    public static Result run(TransportConf conf, Optional<AppSecret> secret, int workers, int floats, int rounds) {
        ParameterLayout layout =
                new ParameterLayout(List.of(Segment.of("w", List.of(floats), 0, Segment.Role.WEIGHT, 0)));
        UpdateRule rule = UpdateRuleBuilder.builder()
                .optimizer(new Optimizer.Sgd())
                .weightDecay(WeightDecay.defaults())
                .schedule(new Schedule.Constant(1e-3))
                .build();
        float[] gradient = new float[floats];
        Arrays.fill(gradient, 1e-3f);
        List<ServerClients> connections = new ArrayList<>();
        try (ServerHost host = ServerHost.start(conf, secret, new Configuration(), "127.0.0.1")) {
            List<ServerAddress> servers = List.of(host.address());
            List<ParameterClient> clients = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                connections.add(ServerClients.create(conf, secret, SILENCE));
                clients.add(connections.get(worker).parameters("benchmark", 0, layout, servers));
            }
            connections
                    .get(0)
                    .open(
                            host.address(),
                            OpenRangeBuilder.builder()
                                    .run("benchmark")
                                    .incarnation(0)
                                    .server(0)
                                    .layout(layout)
                                    .rule(rule)
                                    .leaves(workers)
                                    .firstVersion(0)
                                    .source(new ValueSource.Initial(gradient))
                                    .servers(servers)
                                    .snapshots(SnapshotPlan.to("file:///"))
                                    .build())
                    .join();
            return measure(clients, gradient, rounds);
        } finally {
            connections.forEach(ServerClients::close);
        }
    }

    private static Result measure(List<ParameterClient> clients, float[] gradient, int rounds) {
        int warmup = Math.max(3, rounds / 4);
        double[] pushSeconds = new double[rounds];
        double[] pullSeconds = new double[rounds];
        List<float[]> values =
                clients.stream().map(any -> new float[gradient.length]).toList();
        for (int round = -warmup; round < rounds; round++) {
            long step = (long) round + warmup;
            long start = System.nanoTime();
            push(clients, step, gradient);
            long pushed = System.nanoTime();
            // Until the updates are done, so that pulling is all that the second half measures.
            pull(clients.subList(0, 1), step + 1, values);
            long updated = System.nanoTime();
            pull(clients, step + 1, values);
            long pulled = System.nanoTime();
            if (round >= 0) {
                pushSeconds[round] = (pushed - start) * 1e-9;
                pullSeconds[round] = (pulled - updated) * 1e-9;
            }
        }
        double bytes = 4.0 * gradient.length * clients.size();
        return new Result(bytes / median(pushSeconds), bytes / median(pullSeconds));
    }

    private static void push(List<ParameterClient> clients, long step, float[] gradient) {
        List<CompletableFuture<?>> pushes = new ArrayList<>();
        for (int partition = 0; partition < clients.get(0).layout().partitions(); partition++) {
            for (int worker = 0; worker < clients.size(); worker++) {
                pushes.add(clients.get(worker).push(partition, step, Subtree.leaf(worker), 1, gradient));
            }
        }
        CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new)).join();
    }

    private static void pull(List<ParameterClient> clients, long version, List<float[]> values) {
        List<CompletableFuture<?>> pulls = new ArrayList<>();
        for (int partition = 0; partition < clients.get(0).layout().partitions(); partition++) {
            for (int worker = 0; worker < clients.size(); worker++) {
                pulls.add(clients.get(worker).pull(partition, version, values.get(worker)));
            }
        }
        CompletableFuture.allOf(pulls.toArray(CompletableFuture<?>[]::new)).join();
    }

    private static double median(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
