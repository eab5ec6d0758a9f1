package convoy.tests.parity;

import convoy.architectures.graph.Network;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.update.UpdateRule;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.Coordination;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import convoy.worker.loop.ViewBuilder;
import convoy.worker.loop.WorkerLoop;
import convoy.worker.loop.WorkerLoopRunBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import org.jspecify.annotations.Nullable;

/** Trains the first steps of a trajectory: the worker's loop, the engine and two servers are real, the batches are the formula's. */
final class Replayer {
    private static final int SERVERS = 2;
    private static final long INCARNATION = 1;

    /** Of the data set: two steps of a trajectory's 16 examples, so that every micro-batch has its share of them. */
    private static final int ROWS = 32;

    private final DataSet clockwork;

    /** @param directory for a data set that only gives the loop its pace */
    Replayer(Path directory) throws IOException {
        clockwork = write(directory.resolve("data"));
    }

    /**
     * The mean loss of each step's examples.
     *
     * @param engineName of what computes gradients
     * @param flat the initial vector
     * @param microBatches of a step
     * @param batch examples of a step
     */
    List<Double> losses(
            String engineName, Network network, float[] flat, UpdateRule rule, int microBatches, int batch, int steps)
            throws Exception {
        ParameterLayout layout = NetworkLayout.of(network);
        TransportConf transport = new TransportConf("convoy", MapConfigProvider.EMPTY);
        try (ServerHost first = host(transport);
                ServerHost second = host(transport);
                ServerClients clients = ServerClients.create(transport, Optional.empty(), Duration.ofSeconds(20))) {
            List<ServerAddress> addresses = List.of(first.address(), second.address());
            for (int server = 0; server < SERVERS; server++) {
                clients.open(
                                addresses.get(server),
                                OpenRangeBuilder.builder()
                                        .run("trajectory")
                                        .incarnation(INCARNATION)
                                        .server(server)
                                        .layout(layout)
                                        .rule(rule)
                                        .leaves(microBatches)
                                        .firstVersion(0)
                                        .source(new ValueSource.Initial(flat))
                                        .servers(addresses)
                                        .snapshots(SnapshotPlan.to("file:///nowhere"))
                                        .build())
                        .get(60, TimeUnit.SECONDS);
            }
            Line line = new Line(addresses, microBatches, batch, steps);
            try (Engine engine = new FormulaEngine(engineName, network, microBatches, batch);
                    BatchPipeline batches = new BatchPipeline(
                            clockwork,
                            clockwork.order(1, microBatches, batch / microBatches),
                            Transforms.of(),
                            1,
                            PipelineOptions.defaults()
                                    .with()
                                    .threads(1)
                                    .queue(2)
                                    .cacheMegabytes(16)
                                    .build())) {
                new WorkerLoop(
                                WorkerLoopRunBuilder.builder()
                                        .seed(1)
                                        .layout(layout)
                                        .tree(new SumTree(microBatches))
                                        .evaluations(Set.of())
                                        .lookAhead(1)
                                        .build(),
                                line,
                                view -> clients.parameters("trajectory", INCARNATION, layout, addresses),
                                new WorkerLoop.Equipment(engine, batches, Optional.empty()),
                                Clock.system())
                        .run();
            }
            for (ServerAddress address : addresses) {
                clients.close(address, "trajectory", INCARNATION).get(60, TimeUnit.SECONDS);
            }
            return line.losses;
        }
    }

    private static ServerHost host(TransportConf transport) {
        return ServerHost.start(transport, Optional.empty(), new Configuration(), "localhost");
    }

    /** One worker that does everything, until the last step is reported. */
    private static final class Line implements Coordination {
        private final List<Double> losses = new ArrayList<>();
        private final double[] sums;
        private final int[] missing;
        private final int batch;
        private final View working;
        private @Nullable Runnable watcher;
        private View view;

        Line(List<ServerAddress> servers, int microBatches, int batch, int steps) {
            this.sums = new double[steps];
            this.missing = new int[steps];
            Arrays.fill(missing, microBatches);
            this.batch = batch;
            this.working = ViewBuilder.builder()
                    .number(1)
                    .incarnation(INCARNATION)
                    .firstVersion(0)
                    .servers(servers.stream().map(ServerAddress::toString).toList())
                    .until(steps)
                    .finished(false)
                    .share(Optional.of(new MicroBatches(0, microBatches)))
                    .build();
            this.view = working;
        }

        @Override
        public CompletableFuture<View> refresh() {
            return CompletableFuture.completedFuture(view());
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public void onNewView(Runnable action) {
            watcher = action;
        }

        @Override
        public View report(StepReport report) {
            int step = (int) report.step();
            for (MicroBatchMetrics figures : report.metrics()) {
                sums[step] += figures.lossSum();
                if (--missing[step] == 0) {
                    losses.add(sums[step] / batch);
                }
            }
            if (losses.size() == sums.length) {
                view = ViewBuilder.builder()
                        .number(2)
                        .incarnation(INCARNATION)
                        .firstVersion(0)
                        .servers(working.servers())
                        .until(working.until())
                        .finished(true)
                        .build();
                if (watcher != null) {
                    watcher.run();
                }
            }
            return view;
        }

        @Override
        public void arrived(long number) {}

        @Override
        public EvaluationTurn evaluation(long version, Optional<EvaluationMetrics> done) {
            return new EvaluationTurn.Done();
        }
    }

    /**
     * The engine, given the trajectory's batches: example n of step t has the label k = (7 n + 3 + t) mod 10 and the pixels
     * {@code 0.5 u("input.t", i) + 0.5 u("class.k", j)}, i running over the whole step's batch and j over one image.
     */
    private static final class FormulaEngine implements Engine {
        private final Formula formula = new Formula("");
        private final Engine engine;
        private final int imageSize;
        private final int microBatches;
        private final int batch;

        FormulaEngine(String engine, Network network, int microBatches, int batch) {
            this.engine = Engines.find(engine, Device.CPU).compile(network, EngineOptions.cpu());
            this.imageSize = network.input().size();
            this.microBatches = microBatches;
            this.batch = batch;
        }

        @Override
        public void setParameters(float[] flat) {
            engine.setParameters(flat);
        }

        @Override
        public GradientResult gradient(Batch unused, MicroBatchKey key, float[] gradient, Progress progress) {
            int examples = batch / microBatches;
            int firstExample = key.microBatch() * examples;
            long pixels = formula.sequence("input." + key.step());
            float[] images = new float[examples * imageSize];
            int[] labels = new int[examples];
            for (int n = 0; n < examples; n++) {
                labels[n] = (int) ((7L * (firstExample + n) + 3 + key.step()) % 10);
                long classPixels = formula.sequence("class." + labels[n]);
                for (int j = 0; j < imageSize; j++) {
                    long i = (long) (firstExample + n) * imageSize + j;
                    images[n * imageSize + j] =
                            (float) (0.5 * Formula.uniform(pixels, i) + 0.5 * Formula.uniform(classPixels, j));
                }
            }
            return engine.gradient(new Batch(examples, images, labels), key, gradient, progress);
        }

        @Override
        public float[] predict(Batch batch) {
            return engine.predict(batch);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private static DataSet write(Path directory) throws IOException {
        List<ImageRow> rows = IntStream.range(0, ROWS)
                .mapToObj(id -> new ImageRow(id, new byte[3], 0, 1, 1, 3))
                .toList();
        return DataSet.open(new Configuration(), RawData.write(directory, List.of("one"), rows, ROWS));
    }
}
