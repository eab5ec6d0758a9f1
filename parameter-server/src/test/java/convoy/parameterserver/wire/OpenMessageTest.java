package convoy.parameterserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.RangeSpecBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The description of a range survives the wire, and a damaged one is refused. */
final class OpenMessageTest {
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

    private static final UpdateRule RULE = UpdateRuleBuilder.builder()
            .optimizer(new Optimizer.Sgd())
            .weightDecay(WeightDecay.defaults())
            .schedule(new Schedule.Constant(0.1))
            .build();
    private static final SnapshotPlan NO_SNAPSHOTS = SnapshotPlan.to("file:///nowhere");

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
                                        Layouts.ofEveryRole(200, 30),
                                        "hdfs://namenode:8020/runs/ä/initial.safetensors"))));
        return RangeSpecBuilder.builder()
                .run("run " + random.nextInt())
                .incarnation(random.nextInt(100))
                .server(random.nextInt(2))
                .layout(tuned(Layouts.ofEveryRole(5_000, 300), random))
                .rule(UpdateRuleBuilder.builder()
                        .optimizer(optimizer)
                        .weightDecay(new WeightDecay(
                                0.01, random.nextBoolean() ? WeightDecay.Scope.ALL : WeightDecay.Scope.WEIGHTS))
                        .schedule(schedule)
                        .clipNorm(random.nextBoolean() ? Optional.empty() : Optional.of(5.0))
                        .build())
                .leaves(1 + random.nextInt(64))
                .firstVersion(random.nextInt(1_000))
                .source(source)
                .servers(List.of(new ServerAddress("worker-1.example", 7_077), new ServerAddress("::1", 65_535)))
                .snapshots(SnapshotPlan.to("hdfs://namenode:8020/runs/ä")
                        .withEvery(random.nextInt(10))
                        .withVersions(List.of(3L, 1L << 40)))
                .build();
    }

    /** Some tensors with a learning rate and a beginning of their own. */
    private static ParameterLayout tuned(ParameterLayout layout, Random random) {
        return new ParameterLayout(layout.segments().stream()
                .map(segment -> segment.with()
                        .rate(random.nextBoolean() ? 1 : 0.1)
                        .since(random.nextBoolean() ? 0 : 1L << 33)
                        .build())
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
            segments.add(Segment.of("tensor." + "x".repeat(60) + i, List.of(1), i, Segment.Role.WEIGHT, 0));
        }
        RangeSpec spec = RangeSpecBuilder.builder()
                .run("big")
                .incarnation(1)
                .server(0)
                .layout(new ParameterLayout(segments))
                .rule(RULE)
                .leaves(1)
                .firstVersion(0)
                .servers(List.of(new ServerAddress("a", 1)))
                .snapshots(NO_SNAPSHOTS)
                .build();
        assertThatThrownBy(() -> OpenMessage.write(spec, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes more than 2097088 bytes: it has 30000 tensors and 1 server");
    }
}
