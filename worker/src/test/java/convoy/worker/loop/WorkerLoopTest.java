package convoy.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The loop between a real reader and real servers, told what to do by hand. */
@Timeout(120)
final class WorkerLoopTest {
    private static final int LEAVES = 8;
    private static final long SEED = 3;
    private static final ParameterLayout LAYOUT = new ParameterLayout(List.of(
            Segment.of("conv.weight", List.of(5000), 0, Segment.Role.WEIGHT, 0),
            Segment.of("bn.running_mean", List.of(20), 5000, Segment.Role.STATISTIC, 0.1)));

    private final DataSet data;
    private final TransportConf transport = new TransportConf("convoy", MapConfigProvider.EMPTY);
    private final List<ServerHost> hosts = new ArrayList<>();
    private final ServerClients clients;
    private final List<StepReport> reports = Collections.synchronizedList(new ArrayList<>());
    /** Whether the engine got what it was told of. */
    private final List<Boolean> hints = Collections.synchronizedList(new ArrayList<>());

    /** What the engine was told of parameters, and when they were set. */
    private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());

    /** Whether the engine says once more how far it is, told of the gradient that it computes. */
    private volatile boolean takesArriving = true;

    private volatile BiPredicate<MicroBatchKey, Integer> halfway = (key, from) -> false;

    private Optional<Double> clipNorm = Optional.of(3.0);
    private String run = "run";

    WorkerLoopTest(@TempDir Path directory) throws IOException {
        data = write(directory.resolve("data"));
        clients = ServerClients.create(transport, Optional.empty(), Duration.ofSeconds(5));
    }

    @BeforeEach
    void start() {
        for (int i = 0; i < 2; i++) {
            hosts.add(ServerHost.start(transport, Optional.empty(), new Configuration(), "localhost"));
        }
    }

    @AfterEach
    void stop() {
        clients.close();
        hosts.forEach(ServerHost::close);
    }

    /** 100 noisy pictures of {@code 3 x 8 x 8} in row groups of 16. */
    private static DataSet write(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo.DataFile written;
        try (DataFileWriter writer = new DataFileWriter(
                files,
                new org.apache.hadoop.fs.Path(
                        directory.resolve("part-0.parquet").toUri()))) {
            List<ImageRow> group = new ArrayList<>();
            for (int id = 0; id < 100; id++) {
                RandomStream random = RandomStream.of(1, "picture", id);
                byte[] planes = new byte[3 * 8 * 8];
                for (int i = 0; i < planes.length; i++) {
                    planes[i] = (byte) random.nextInt(256);
                }
                group.add(new ImageRow(id, planes, id % 2, 8, 8, 3));
                if (group.size() == 16 || id == 99) {
                    writer.write(group);
                    group.clear();
                }
            }
            written = writer.finish();
        }
        DatasetInfo info = DatasetInfo.of(
                List.of("even", "odd"),
                List.of(0.5, 0.5, 0.5),
                List.of(0.25, 0.25, 0.25),
                DatasetInfo.Encoding.RAW,
                8,
                8,
                3,
                List.of(written));
        Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }

    /**
     * A part of an array that came ahead, with its values then; or all of one that is set.
     *
     * @param computing whether the engine computed a gradient meanwhile
     * @param array to be told from others
     */
    private record Arrival(boolean set, boolean computing, Object array, KeyRange part, FloatBuffer values) {
        static Arrival of(boolean set, boolean computing, float[] array, KeyRange part) {
            return new Arrival(set, computing, array, part, copy(array, part));
        }
    }

    private static FloatBuffer copy(float[] array, KeyRange part) {
        return FloatBuffer.wrap(Arrays.copyOfRange(array, part.begin(), part.end()));
    }

    /** Float sums whose bits depend on parameters, pictures and order. */
    private final class SumEngine implements Engine {
        private final Consumer<MicroBatchKey> before;
        private final float[] values = new float[LAYOUT.size()];
        private Optional<Batch> hint = Optional.empty();
        private Optional<Batch> due = Optional.empty();
        private boolean computing;

        SumEngine(Consumer<MicroBatchKey> before) {
            this.before = before;
        }

        @Override
        public void setParameters(float[] flat) {
            System.arraycopy(flat, 0, values, 0, values.length);
            arrivals.add(Arrival.of(true, computing, flat, new KeyRange(0, flat.length)));
        }

        @Override
        public void arriving(float[] flat, int begin, int end) {
            arrivals.add(Arrival.of(false, computing, flat, new KeyRange(begin, end)));
        }

        @Override
        public boolean takesArriving() {
            return takesArriving;
        }

        @Override
        public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
            due.ifPresent(told -> hints.add(told.images() == batch.images()));
            due = hint;
            hint = Optional.empty();
            before.accept(key);
            computing = true;
            for (int i = gradient.length - 1; i >= 0; i--) {
                float sum = 0;
                for (int example = 0; example < batch.examples(); example++) {
                    sum += 0.1f * values[i] + batch.images()[(example * 192 + i * 7) % batch.images().length];
                }
                gradient[i] = sum;
                if (i % 900 == 0) {
                    do {
                        progress.doneFrom(i);
                    } while (halfway.test(key, i));
                }
            }
            computing = false;
            return new GradientResult(batch.examples(), values[0], 0, 1);
        }

        @Override
        public void upcoming(Batch batch) {
            hint = Optional.of(batch);
        }

        @Override
        public float[] predict(Batch batch) {
            float[] logits = new float[2 * batch.examples()];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = values[i] + batch.images()[i];
            }
            return logits;
        }

        @Override
        public void close() {}
    }

    /** A line on which the test decides what each worker is told. */
    private class HandWritten implements Coordination {
        private final List<Runnable> watchers = new ArrayList<>();
        private final List<Long> asked = new ArrayList<>();
        private View view;
        private int nextBlock;
        private long reported;
        private long arrived;

        HandWritten(View first) {
            this.view = first;
        }

        synchronized boolean hasArrivedWhole() {
            return arrived == reported;
        }

        synchronized void tell(View next) {
            view = next;
            watchers.forEach(Runnable::run);
        }

        @Override
        public CompletableFuture<View> refresh() {
            return CompletableFuture.completedFuture(view());
        }

        @Override
        public synchronized View view() {
            return view;
        }

        @Override
        public synchronized void onNewView(Runnable action) {
            watchers.add(action);
        }

        @Override
        public synchronized View report(StepReport report) {
            assertThat(report.number()).isEqualTo(++reported);
            assertThat(arrived).as("before it is pushed").isLessThan(reported);
            reports.add(report);
            return view;
        }

        @Override
        public synchronized void arrived(long number) {
            arrived = number;
        }

        @Override
        public synchronized EvaluationTurn evaluation(long version, Optional<EvaluationMetrics> done) {
            asked.add(version);
            done.ifPresent(metrics -> evaluated.add(metrics));
            return nextBlock < 2 ? new EvaluationTurn.Block(nextBlock++) : new EvaluationTurn.Done();
        }
    }

    private final List<EvaluationMetrics> evaluated = Collections.synchronizedList(new ArrayList<>());

    private View view(long number, long incarnation, long until, int begin, int end) {
        return ViewBuilder.builder()
                .number(number)
                .incarnation(incarnation)
                .firstVersion(0)
                .servers(addresses().stream().map(ServerAddress::toString).toList())
                .until(until)
                .finished(false)
                .share(begin == end ? Optional.empty() : Optional.of(new MicroBatches(begin, end)))
                .build();
    }

    private static View finished(View view) {
        return ViewBuilder.builder()
                .number(view.number() + 1000)
                .incarnation(view.incarnation())
                .firstVersion(0)
                .servers(view.servers())
                .until(view.until())
                .finished(true)
                .build();
    }

    private List<ServerAddress> addresses() {
        return hosts.stream().map(ServerHost::address).toList();
    }

    private void open(long incarnation) throws Exception {
        float[] initial = new float[LAYOUT.size()];
        for (int i = 0; i < initial.length; i++) {
            initial[i] = 1f / (i + 1);
        }
        UpdateRule rule = UpdateRuleBuilder.builder()
                .optimizer(new Optimizer.Momentum(0.9))
                .weightDecay(new WeightDecay(0.01, WeightDecay.Scope.WEIGHTS))
                .schedule(new Schedule.Constant(0.01))
                .clipNorm(clipNorm)
                .build();
        for (int server = 0; server < hosts.size(); server++) {
            clients.open(
                            addresses().get(server),
                            OpenRangeBuilder.builder()
                                    .run(run)
                                    .incarnation(incarnation)
                                    .server(server)
                                    .layout(LAYOUT)
                                    .rule(rule)
                                    .leaves(LEAVES)
                                    .firstVersion(0)
                                    .source(new ValueSource.Initial(initial))
                                    .servers(addresses())
                                    .snapshots(SnapshotPlan.to("file:///nowhere"))
                                    .build())
                    .get(20, TimeUnit.SECONDS);
        }
    }

    /** Runs a worker in a thread of its own; the future tells how it ended. */
    private CompletableFuture<String> work(HandWritten line, Consumer<MicroBatchKey> before) {
        CompletableFuture<String> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (BatchPipeline batches = new BatchPipeline(
                    data,
                    data.order(SEED, LEAVES, 3),
                    Transforms.of(new Flip(0.5)),
                    SEED,
                    PipelineOptions.defaults()
                            .with()
                            .threads(1)
                            .queue(4)
                            .cacheMegabytes(16)
                            .build())) {
                new WorkerLoop(
                                WorkerLoopRunBuilder.builder()
                                        .seed(SEED)
                                        .layout(LAYOUT)
                                        .tree(new SumTree(LEAVES))
                                        .evaluations(Set.of(2L))
                                        .lookAhead(4)
                                        .build(),
                                line,
                                view -> clients.parameters(run, view.incarnation(), LAYOUT, addresses()),
                                new WorkerLoop.Equipment(
                                        new SumEngine(before),
                                        batches,
                                        Optional.of(new BlockScorer(
                                                data,
                                                Transforms.of(),
                                                8,
                                                56,
                                                PipelineOptions.defaults()
                                                        .with()
                                                        .threads(1)
                                                        .queue(4)
                                                        .cacheMegabytes(16)
                                                        .build()))),
                                Clock.system())
                        .run();
                ended.complete("finished");
            } catch (InterruptedException | RuntimeException failure) {
                ended.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    /** Of the next batch, in the same step and in the next one. */
    @Test
    void theEngineIsToldOfWhatItGetsNextAsSoonAsThatIsMade() throws Exception {
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 3, 0, LEAVES));
        CompletableFuture<String> worker = work(line, key -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)));
        pull(1, 3);
        line.tell(finished(line.view()));
        assertThat(worker.get(20, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(hints).hasSizeGreaterThan(2 * LEAVES).doesNotContain(false);
    }

    /** The flat vector of a version, once the servers have it. */
    private float[] pull(long incarnation, long version) throws Exception {
        ParameterClient client = clients.parameters(run, incarnation, LAYOUT, addresses());
        float[] into = new float[LAYOUT.size()];
        for (int partition = 0; partition < LAYOUT.partitions(); partition++) {
            assertThat(client.pull(partition, version, into).get(60, TimeUnit.SECONDS))
                    .isInstanceOf(PullReply.Values.class);
        }
        return into;
    }

    private float[] expected(long version) throws Exception {
        String before = run;
        run = "alone-" + version;
        open(1);
        HandWritten line = new HandWritten(view(1, 1, version, 0, LEAVES));
        CompletableFuture<String> worker = work(line, key -> {});
        float[] values = pull(1, version);
        line.tell(finished(line.view()));
        assertThat(worker.get(20, TimeUnit.SECONDS)).isEqualTo("finished");
        run = before;
        reports.clear();
        evaluated.clear();
        arrivals.clear();
        return values;
    }

    private static void end(HandWritten line, CompletableFuture<String> worker) throws Exception {
        line.tell(finished(line.view()));
        assertThat(worker.get(20, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    /** A worker's share shrinks just when it has looked which of its sums will grow, and has nothing left to compute: it has to look again. */
    @Test
    @Timeout(60)
    void whatWasToGrowIsPushedOnceAnotherHasTheRest() throws Exception {
        float[] expected = expected(1);
        open(1);
        AtomicBoolean looks = new AtomicBoolean();
        View less = view(2, 1, 1, 0, 4);
        HandWritten first = new HandWritten(view(1, 1, 1, 0, 8)) {
            @Override
            public synchronized View view() {
                View seen = super.view();
                if (looks.getAndSet(false)) {
                    tell(less);
                }
                return seen;
            }
        };
        CompletableFuture<String> shrinks = work(first, key -> looks.set(key.microBatch() == 3));
        HandWritten second = new HandWritten(view(1, 1, 1, 4, 8));
        CompletableFuture<String> takes = work(second, key -> {});
        assertThat(pull(1, 1)).containsExactly(expected);
        end(first, shrinks);
        end(second, takes);
    }

    /** The coordinator is told, too, when the servers have what each worker had reported. */
    @Test
    @Timeout(60)
    void unevenSharesGiveTheBitsThatOneWorkerGives() throws Exception {
        float[] expected = expected(6);
        open(1);
        List<HandWritten> lines = List.of(
                new HandWritten(view(1, 1, 6, 0, 3)),
                new HandWritten(view(1, 1, 6, 3, 5)),
                new HandWritten(view(1, 1, 6, 5, 8)));
        List<CompletableFuture<String>> workers =
                lines.stream().map(line -> work(line, key -> {})).toList();
        assertThat(pull(1, 6)).containsExactly(expected);
        for (HandWritten line : lines) {
            while (!line.hasArrivedWhole()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            end(lines.get(i), workers.get(i));
        }
        assertThat(reports.stream().mapToLong(StepReport::step).max()).hasValue(5);
        assertThat(reports.stream().flatMap(report -> report.metrics().stream()).count())
                .isEqualTo(6 * LEAVES);
    }

    @Test
    void microBatchesOfAWorkerThatDiedInAStepAreComputedByTheOthersInThatStep() throws Exception {
        float[] expected = expected(6);
        open(1);
        HandWritten first = new HandWritten(view(1, 1, 6, 0, 4));
        HandWritten second = new HandWritten(view(1, 1, 6, 4, 8));
        CompletableFuture<String> survivor = work(first, key -> {});
        CompletableFuture<String> dies = work(second, key -> {
            if (key.step() == 3 && key.microBatch() == 6) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(dies::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("killed");
        assertThat(reports).noneMatch(report -> report.step() > 3);
        first.tell(view(2, 1, 6, 0, 8));
        assertThat(pull(1, 6)).containsExactly(expected);
        end(first, survivor);
    }

    @Test
    void aRescueIsComputedBesideWhatIsLateAndBothMayPush() throws Exception {
        float[] expected = expected(4);
        open(1);
        CompletableFuture<Void> go = new CompletableFuture<>();
        HandWritten first = new HandWritten(view(1, 1, 4, 0, 4));
        HandWritten second = new HandWritten(view(1, 1, 4, 4, 8));
        CompletableFuture<String> fast = work(first, key -> {});
        CompletableFuture<String> slow = work(second, key -> {
            if (key.step() == 1 && key.microBatch() == 5) {
                go.join();
            }
        });
        View before = view(2, 1, 4, 0, 4);
        first.tell(ViewBuilder.builder()
                .number(2)
                .incarnation(1)
                .firstVersion(0)
                .servers(before.servers())
                .until(4)
                .finished(false)
                .share(before.share())
                .rescue(Optional.of(new View.Rescue(1, List.of(5, 6, 7, 4))))
                .build());
        pull(1, 2);
        go.complete(null);
        assertThat(pull(1, 4)).containsExactly(expected);
        end(first, fast);
        end(second, slow);
    }

    @Test
    void aWorkerLeftFarBehindGoesOnWhereTheOthersAre() throws Exception {
        float[] expected = expected(12);
        open(1);
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<Void> stuck = new CompletableFuture<>();
        HandWritten first = new HandWritten(view(1, 1, 8, 0, 8));
        HandWritten second = new HandWritten(view(1, 1, 8, 0, 0));
        CompletableFuture<String> fast = work(first, key -> {});
        List<Long> computed = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<String> slow = work(second, key -> {
            computed.add(key.step());
            if (!go.isDone()) {
                stuck.complete(null);
                go.join();
            }
        });
        second.tell(view(2, 1, 8, 4, 8));
        stuck.get(20, TimeUnit.SECONDS);
        pull(1, 8);
        go.complete(null);
        first.tell(view(3, 1, 12, 0, 4));
        second.tell(view(3, 1, 12, 4, 8));
        assertThat(pull(1, 12)).containsExactly(expected);
        end(first, fast);
        end(second, slow);
        assertThat(computed).as("steps 8 to 11, all by both").contains(8L, 9L, 10L, 11L);
    }

    @Test
    void restoredServersAreFollowedAndWhatTheOldOnesHadCountsNoMore() throws Exception {
        float[] expected = expected(5);
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 3, 0, 8));
        CompletableFuture<String> worker = work(line, key -> {});
        pull(1, 3);
        open(2);
        line.tell(view(2, 2, 5, 0, 8));
        assertThat(pull(2, 5)).containsExactly(expected);
        end(line, worker);
        requireAllToldOfOnce();
        assertThat(reports.stream()
                        .filter(report -> report.incarnation() == 2)
                        .mapToLong(StepReport::step)
                        .min())
                .hasValue(0);
    }

    @Test
    void partitionsLeaveWhileTheGradientIsBeingMadeAndTheFirstAfterTheReport() throws Exception {
        float[] expected = expected(2);
        open(1);
        long before = pushes();
        CompletableFuture<Long> during = new CompletableFuture<>();
        HandWritten line = new HandWritten(view(1, 1, 2, 0, LEAVES));
        halfway = (key, from) -> {
            if (key.step() == 1 && key.microBatch() == LEAVES - 1 && from == 0) {
                during.complete(await(before + 2L * LAYOUT.partitions() - 1));
            }
            return false;
        };
        CompletableFuture<String> worker = work(line, key -> {});
        assertThat(pull(1, 2)).containsExactly(expected);
        assertThat(during.get()).isEqualTo(before + 2L * LAYOUT.partitions() - 1);
        end(line, worker);
    }

    /** Gives one partition the sum of a whole step, as if others had computed it. */
    private void push(int partition, long step) throws Exception {
        float[] sums = new float[LAYOUT.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = 1f / (i + step + 2);
        }
        clients.parameters(run, 1, LAYOUT, addresses())
                .push(partition, step, new Subtree(0, LEAVES), 10, sums)
                .get(20, TimeUnit.SECONDS);
    }

    private List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    /** What the engine was told of, once it is enough. */
    private List<Arrival> awaitArrivals(Predicate<List<Arrival>> enough) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!enough.test(arrivals()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        List<Arrival> told = arrivals();
        assertThat(enough.test(told)).as("%s", told).isTrue();
        return told;
    }

    private static boolean isSet(List<Arrival> arrivals) {
        return arrivals.stream().anyMatch(Arrival::set);
    }

    /** Each array that was set had come whole before that, each of its partitions once and as it was set, and nothing else since it came. */
    private void requireAllToldOfOnce() {
        List<Arrival> ahead = new ArrayList<>();
        int sets = 0;
        for (Arrival arrival : arrivals()) {
            if (!arrival.set()) {
                ahead.add(arrival);
                continue;
            }
            BitSet told = new BitSet();
            boolean begun = false;
            for (Arrival part : ahead) {
                begun |= part.array() == arrival.array();
                if (begun) {
                    assertThat(part.array()).isSameAs(arrival.array());
                    int begin = part.part().begin();
                    int end = part.part().end();
                    assertThat(told.get(begin, end).isEmpty()).isTrue();
                    told.set(begin, end);
                    assertThat(part.values()).isEqualTo(arrival.values().slice(begin, end - begin));
                }
            }
            assertThat(told.nextClearBit(0)).isEqualTo(LAYOUT.size());
            ahead.clear();
            sets++;
        }
        assertThat(sets).isPositive();
    }

    @Test
    void anEngineThatGainsNothingByItIsNotTold() throws Exception {
        takesArriving = false;
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 2, 0, LEAVES));
        CompletableFuture<String> worker = work(line, key -> {});
        pull(1, 2);
        end(line, worker);
        assertThat(arrivals()).hasSizeGreaterThanOrEqualTo(2).allMatch(Arrival::set);
    }

    @Test
    void eachPartitionIsHandedToTheEngineWhenItComes() throws Exception {
        clipNorm = Optional.empty();
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 3, 0, 0));
        CompletableFuture<String> worker = work(line, key -> {});
        int before = awaitArrivals(WorkerLoopTest::isSet).size();
        List<Integer> order = List.of(3, 0, 4, 1, 2);
        for (int i = 0; i < order.size(); i++) {
            int wanted = before + i + 1;
            push(order.get(i), 0);
            awaitArrivals(told -> told.size() >= wanted);
        }
        awaitArrivals(told -> told.size() > before + order.size());
        end(line, worker);
        List<Arrival> version1 = arrivals().subList(before, before + order.size() + 1);
        assertThat(version1)
                .extracting(Arrival::part)
                .containsExactly(
                        LAYOUT.partition(3),
                        LAYOUT.partition(0),
                        LAYOUT.partition(4),
                        LAYOUT.partition(1),
                        LAYOUT.partition(2),
                        new KeyRange(0, LAYOUT.size()));
        assertThat(version1).extracting(Arrival::set).containsExactly(false, false, false, false, false, true);
        assertThat(version1.get(order.size()).values()).isEqualTo(FloatBuffer.wrap(pull(1, 1)));
        requireAllToldOfOnce();
    }

    /** What has left first is back while the rest of the gradient is being made. */
    @Test
    void partitionsAreHandedToTheEngineWhileItComputes() throws Exception {
        clipNorm = Optional.empty();
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 1, 0, LEAVES));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        halfway = (key, from) -> key.microBatch() == LEAVES - 1
                && from == 3600
                && arrivals().stream().noneMatch(Arrival::computing)
                && System.nanoTime() < deadline;
        CompletableFuture<String> worker = work(line, key -> {});
        float[] version1 = pull(1, 1);
        end(line, worker);
        Arrival first =
                arrivals().stream().filter(Arrival::computing).findFirst().orElseThrow();
        assertThat(first.set()).isFalse();
        assertThat(first.part()).isEqualTo(LAYOUT.partition(4));
        assertThat(first.values()).isEqualTo(copy(version1, first.part()));
        requireAllToldOfOnce();
    }

    /** One partition stands so far that its first version is not to be had any more, the others one version before. */
    @Test
    void whatHasComeOfAnAbandonedPullIsNotHandedToTheEngine() throws Exception {
        clipNorm = Optional.empty();
        open(1);
        for (int partition = 0; partition < LAYOUT.partitions(); partition++) {
            push(partition, 0);
        }
        pull(1, 1);
        push(2, 1);
        assertThat(clients.parameters(run, 1, LAYOUT, addresses())
                        .pull(2, 2, new float[LAYOUT.size()])
                        .get(20, TimeUnit.SECONDS))
                .isInstanceOf(PullReply.Values.class);
        HandWritten line = new HandWritten(view(1, 1, 3, 0, 0));
        CompletableFuture<String> worker = work(line, key -> {});
        awaitArrivals(WorkerLoopTest::isSet);
        end(line, worker);
        requireAllToldOfOnce();
        Arrival set = arrivals().stream().filter(Arrival::set).findFirst().orElseThrow();
        assertThat(set.values()).isEqualTo(FloatBuffer.wrap(pull(1, 1)));
    }

    /** How many pushes the servers have had, waiting for so many. */
    private long await(long wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (pushes() < wanted && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        return pushes();
    }

    private long pushes() {
        return addresses().stream()
                .mapToLong(address -> clients.statistics(address).join().pushes())
                .sum();
    }

    @Test
    void nothingIsPushedBeyondTheEndThatTheAnswerToAReportNames() throws Exception {
        open(1);
        View end = view(2, 1, 3, 0, 8);
        HandWritten line = new HandWritten(view(1, 1, 100, 0, 8)) {
            private boolean stopped;

            @Override
            public synchronized View report(StepReport report) {
                if (report.step() == 3) {
                    tell(end);
                }
                stopped |= report.step() == 2;
                return super.report(report);
            }

            /** What the coordinator has decided between steps 2 and 3, and this line has not heard yet. */
            @Override
            public synchronized CompletableFuture<View> refresh() {
                return stopped ? CompletableFuture.completedFuture(end) : super.refresh();
            }
        };
        CompletableFuture<String> worker = work(line, key -> {});
        pull(1, 3);
        ParameterClient client = clients.parameters(run, 1, LAYOUT, addresses());
        List<CompletableFuture<PullReply>> beyond = new ArrayList<>();
        for (int partition = 0; partition < LAYOUT.partitions(); partition++) {
            beyond.add(client.pull(partition, 4, new float[LAYOUT.size()]));
        }
        Thread.sleep(500);
        assertThat(beyond).noneMatch(CompletableFuture::isDone);
        end(line, worker);
    }

    @Test
    void heldOutRowsAreScoredBeforeTheNextStepBegins() throws Exception {
        open(1);
        HandWritten line = new HandWritten(view(1, 1, 4, 0, 8));
        CompletableFuture<String> worker = work(line, key -> {
            if (key.step() >= 2) {
                assertThat(evaluated).hasSize(2);
            }
        });
        float[] values = pull(1, 2);
        pull(1, 4);
        end(line, worker);
        assertThat(line.asked).containsOnly(2L);
        assertThat(evaluated).extracting(EvaluationMetrics::rows).containsExactly(56, 44);
        assertThat(evaluated).extracting(EvaluationMetrics::version).containsOnly(2L);
        assertThat(evaluated.get(0).lossSum()).isNotNaN();
        assertThat(values).doesNotContain(Float.NaN);
    }
}
