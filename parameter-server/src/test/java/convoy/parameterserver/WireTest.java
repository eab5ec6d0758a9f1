package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Messages as bytes: what is written can be read, and whatever else comes is refused. */
final class WireTest {
    private static final List<Optimizer> OPTIMIZERS = List.of(
            new Optimizer.Sgd(),
            new Optimizer.Momentum(0.8),
            new Optimizer.Nesterov(0.7),
            new Optimizer.RmsProp(0.9, 1e-7, 0.1),
            new Optimizer.Adam(0.9, 0.99, 1e-6),
            new Optimizer.AdamW(0.8, 0.98, 1e-5));
    private static final List<Schedule> SCHEDULES = List.of(
            new Schedule.Constant(0.1),
            new Schedule.Step(0.1, 30, 0.5),
            new Schedule.MultiStep(0.1, List.of(10L, 20L), 0.1),
            new Schedule.Exponential(0.1, 5, 0.9),
            new Schedule.Cosine(0.1, 100, 0.001),
            new Schedule.Polynomial(0.1, 100, 2, 0.01),
            new Schedule.Warmup(5, 0.1, new Schedule.Polynomial(0.1, 100, 2, 0)));

    private static RangeSpec spec(Optimizer optimizer, Schedule schedule, Random random) {
        Optional<ValueSource.Snapshot> source = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new ValueSource.Snapshot(
                        "hdfs://namenode:8020/runs/ä/step-00000007",
                        List.of(
                                new SnapshotFile("a.safetensors", 100, "0".repeat(8), new KeyRange(0, 5)),
                                new SnapshotFile("b.safetensors", 1L << 40, "f".repeat(8), new KeyRange(5, 9))),
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(new ValueSource.Growth(
                                        Training.layout(200, 30), "hdfs://namenode:8020/runs/ä/initial.safetensors"))));
        return new RangeSpec(
                "run " + random.nextInt(),
                random.nextInt(100),
                random.nextInt(2),
                tuned(Training.layout(5_000, 300), random),
                new UpdateRule(
                        optimizer,
                        new WeightDecay(0.01, random.nextBoolean() ? WeightDecay.Scope.ALL : WeightDecay.Scope.WEIGHTS),
                        schedule,
                        random.nextBoolean() ? Optional.empty() : Optional.of(5.0)),
                1 + random.nextInt(64),
                random.nextInt(1_000),
                source,
                List.of(new ServerAddress("worker-1.example", 7_077), new ServerAddress("::1", 65_535)),
                new SnapshotPlan("hdfs://namenode:8020/runs/ä", random.nextInt(10), List.of(3L, 1L << 40)));
    }

    /** Some tensors with a learning rate and a beginning of their own. */
    private static ParameterLayout tuned(ParameterLayout layout, Random random) {
        return new ParameterLayout(layout.segments().stream()
                .map(segment -> new Segment(
                        segment.name(),
                        segment.shape(),
                        segment.begin(),
                        segment.role(),
                        segment.momentum(),
                        random.nextBoolean() ? 1 : 0.1,
                        random.nextBoolean() ? 0 : 1L << 33))
                .toList());
    }

    @Test
    void everyDescriptionOfARangeSurvivesTheWire() {
        Random random = new Random(1);
        for (Optimizer optimizer : OPTIMIZERS) {
            for (Schedule schedule : SCHEDULES) {
                RangeSpec spec = spec(optimizer, schedule, random);
                ByteBuffer message = OpenMessage.write(spec, 77).order(ByteOrder.LITTLE_ENDIAN);
                Request.Header header = Request.Header.read(message);
                assertThat(header)
                        .isEqualTo(new Request.Header(Wire.Kind.OPEN, Wire.runHash(spec.run()), spec.incarnation()));
                assertThat(Request.readWait(message)).isEqualTo(77);
                assertThat(OpenMessage.read(message, spec.incarnation())).isEqualTo(spec);
            }
        }
    }

    /** Cut anywhere, or with any bytes changed: read or refused, without a stack overflow and without much memory. */
    @ParameterizedTest(name = "seed {0}")
    @org.junit.jupiter.params.provider.ValueSource(longs = {1, 2, 3, 4})
    void damagedDescriptionsAreReadOrRefused(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 2_000; trial++) {
            RangeSpec spec = spec(
                    OPTIMIZERS.get(random.nextInt(OPTIMIZERS.size())),
                    SCHEDULES.get(random.nextInt(SCHEDULES.size())),
                    random);
            ByteBuffer message = OpenMessage.write(spec, 0).order(ByteOrder.LITTLE_ENDIAN);
            message.position(28);
            if (random.nextBoolean()) {
                message.limit(28 + random.nextInt(message.remaining()));
            }
            for (int changes = random.nextInt(4); changes > 0 && message.hasRemaining(); changes--) {
                message.put(message.position() + random.nextInt(message.remaining()), (byte) random.nextInt());
            }
            assertThat(readOrRefused(message)).as("trial %d", trial).isTrue();
        }
    }

    private static boolean readOrRefused(ByteBuffer message) {
        try {
            return OpenMessage.read(message, 1).leaves() > 0;
        } catch (IllegalArgumentException | BadInputException | BufferUnderflowException e) {
            return true;
        }
    }

    @Test
    void aDescriptionThatIsTooLongIsNamed() {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            segments.add(new Segment("tensor." + "x".repeat(60) + i, List.of(1), i, Segment.Role.WEIGHT, 0));
        }
        RangeSpec spec = new RangeSpec(
                "big",
                1,
                0,
                new ParameterLayout(segments),
                Training.rule(new Optimizer.Sgd(), Optional.empty()),
                1,
                0,
                Optional.empty(),
                List.of(new ServerAddress("a", 1)),
                Training.NONE);
        assertThatThrownBy(() -> OpenMessage.write(spec, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes more than 2097088 bytes: it has 30000 tensors and 1 servers");
    }

    @Test
    void refusesWhatMakesNoSense() {
        Training training = Training.of(4, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        try (Cluster cluster = new Cluster(2);
                Log log = Log.listen()) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] values = Cluster.pull(client, 0);
            assertRefused(
                    client.push(0, 1, new Subtree(0, 4), 1, values),
                    "step 1 of partition 0, which stands at version 0: only a step whose version has been pulled");
            assertRefused(client.push(0, -1, new Subtree(0, 4), 1, values), "step -1 of partition 0");
            assertRefused(
                    client.push(0, 0, new Subtree(1, 3), 1, values),
                    "[1, 3) is no node of the sum tree of 4 micro-batches");
            assertRefused(client.push(0, 0, new Subtree(0, 5), 1, values), "[0, 5) is no node");
            assertRefused(client.push(0, 0, new Subtree(0, 4), 0, values), "0 examples: at least 1");
            // A client with another idea of the network.
            ParameterLayout other = Training.layout(6_000, 100);
            ParameterClient stranger = cluster.clients.parameters(Cluster.RUN, 1, other, cluster.addresses);
            assertRefused(
                    stranger.push(6, 0, new Subtree(0, 4), 1, new float[other.size()]),
                    "sums for partition 6, which has");
            ParameterClient swapped = cluster.clients.parameters(
                    Cluster.RUN, 1, training.layout(), List.of(cluster.addresses.get(1), cluster.addresses.get(0)));
            assertRefused(swapped.pull(0, 0, values), "partition 0 of run 'test' is not served here");
            assertThatThrownBy(() -> client.pull(99, 0, values)).hasMessage("partition 99: run 'test' has 7");
            assertThatThrownBy(() -> client.pull(0, 0, new float[3])).hasMessageContaining("an array of 3 floats");
            assertThat(log.lines()).anyMatch(line -> line.startsWith("WARN Refused PUSH from /127.0.0.1:"));
            // None of it left a trace.
            assertThat(training.run(client, 0, 1, 1)).isNotEqualTo(training.initial());
        }
    }

    private static void assertRefused(CompletableFuture<?> future, String message) {
        assertThatThrownBy(() -> Cluster.get(future))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n")
                .extracting(failure -> ((ServerException) failure).reason())
                .isEqualTo(ServerException.Reason.REFUSED);
    }

    /** Every kind of message with random contents, to a server at work: always an answer, and never harm. */
    @ParameterizedTest(name = "seed {0}")
    @org.junit.jupiter.params.provider.ValueSource(longs = {1, 2, 3})
    void randomMessagesDoNoHarm(long seed) throws Exception {
        Random random = new Random(seed);
        Training training = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.of(1.0)));
        try (Cluster cluster = new Cluster(1);
                Log log = Log.listen();
                TransportContext context =
                        new TransportContext(Cluster.conf(Cluster.Security.OPEN), new NoOpRpcHandler(), false, true);
                TransportClientFactory factory = context.createClientFactory()) {
            ParameterClient client = cluster.open(training, 3, 0, new ValueSource.Initial(training.initial()));
            ServerAddress address = cluster.addresses.get(0);
            TransportClient raw = factory.createClient(address.host(), address.port());
            for (int trial = 0; trial < 3_000; trial++) {
                CompletableFuture<?> unused = send(raw, randomMessage(random, trial % 10 > 0));
            }
            // The last in the queue of the same connection: all the others have been dealt with, or wait.
            assertThat(send(
                                    raw,
                                    new Request.Header(Wire.Kind.STATISTICS, 0, 0)
                                            .start(0)
                                            .flip())
                            .get(30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(log.lines())
                    .noneMatch(line -> line.startsWith("ERROR"))
                    .noneMatch(line -> line.contains("\n"))
                    .anyMatch(line -> line.startsWith("WARN Refused PUSH"));
            assertThat(training.run(client, 0, 2, 2)).hasSize(training.layout().size());
        }
    }

    private static ByteBuffer randomMessage(Random random, boolean withHeader) {
        ByteBuffer message = ByteBuffer.allocate(random.nextInt(200)).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(message.array());
        if (message.remaining() >= Wire.REQUEST_HEADER && withHeader) {
            Wire.Kind kind = Wire.Kind.of(1 + random.nextInt(8));
            // Under an older incarnation even a flawless "close" would change nothing.
            message.putInt(Wire.MAGIC)
                    .putInt(kind.code)
                    .putLong(Wire.runHash(Cluster.RUN))
                    .putLong(kind == Wire.Kind.CLOSE || kind == Wire.Kind.OPEN ? 2 : 3);
            // Small numbers get further than random ones.
            while (message.remaining() >= 4 && random.nextInt(4) > 0) {
                message.putInt(random.nextInt(6) - 1);
            }
        }
        return message.position(0);
    }

    /** Completes when the message is answered; with false if that was a failure. */
    private static CompletableFuture<Boolean> send(TransportClient client, ByteBuffer message) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        client.sendRpc(message, new RpcResponseCallback() {
            @Override
            public void onSuccess(ByteBuffer response) {
                answer.complete(true);
            }

            @Override
            public void onFailure(Throwable failure) {
                answer.complete(false);
            }
        });
        return answer;
    }

    @Test
    void limitsOfConfiguration() {
        assertThatThrownBy(() -> ServerClients.create(
                        Cluster.conf(Cluster.Security.OPEN), Optional.empty(), Duration.ofMillis(50)))
                .hasMessage("silence = 50 ms: at least 100 ms are needed");
        assertThatThrownBy(() -> new RangeSpec(
                        "two\nlines",
                        1,
                        0,
                        Training.layout(50, 1),
                        Training.rule(new Optimizer.Sgd(), Optional.empty()),
                        1,
                        0,
                        Optional.empty(),
                        List.of(new ServerAddress("a", 1)),
                        Training.NONE))
                .hasMessageContaining("a name of 1 to 1000 printable characters");
        assertThatThrownBy(() -> new ServerAddress("host", 0)).hasMessage("server port 0: 1 to 65535");
        assertThatThrownBy(() -> new ServerAddress(" ", 1)).hasMessageContaining("1 to 255 characters");
        assertThatThrownBy(() -> new SnapshotFile("../etc/passwd", 1, "0".repeat(8), new KeyRange(0, 1)))
                .hasMessageContaining("a plain file name");
        assertThatThrownBy(() -> new SnapshotFile("a", 1, "0".repeat(7), new KeyRange(0, 1)))
                .hasMessageContaining("8 lower-case hexadecimal digits");
        assertThatThrownBy(() -> new SnapshotPlan("file:///x", -1, List.of())).hasMessageContaining("every -1 steps");
        assertThatThrownBy(() -> new UpdateRule(
                        new Optimizer.Sgd(), WeightDecay.defaults(), new Schedule.Constant(1), Optional.of(0.0)))
                .hasMessage("clip-norm = 0.0 is not positive: leave it out for no clipping");
    }
}
