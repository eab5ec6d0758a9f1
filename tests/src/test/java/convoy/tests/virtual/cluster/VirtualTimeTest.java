package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.StoredModel;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.update.Optimizer;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The driver, workers and servers as they are, on a cluster in virtual time. */
@Timeout(120)
final class VirtualTimeTest {
    private static final int EPOCHS = SmallConfiguration.EPOCHS;
    /** 192 rows in 8 streams of 24, in micro-batches of 4: 6 steps an epoch. */
    private static final int STEPS = EPOCHS * 6;

    private static final Pattern ENTRY = Pattern.compile("\"kind\":\"(step|evaluation)\",\"step\":([0-9]+)");

    /** Seeds that are tried: {@code -Dlong.tests=true} has more. */
    private static final int SEEDS = Boolean.getBoolean("long.tests") ? 100 : 3;

    /** Of the time that messages take, where any will do. */
    private static final long SEED = 1;

    private static final Duration OF_A_GRADIENT = Duration.ofMillis(10);

    /** A run that loses a worker and a server takes 1.7 s: what is lost is computed again, and nobody waits for a silence to end. */
    private static final Duration LEAST_HARM = Duration.ofSeconds(1);

    private static final Duration MOST_HARM = Duration.ofSeconds(3);

    /** About twice as many as happen then. Who asks again and again while others wait is seen by them, however fast the machine is. */
    private static final long MOST_EVENTS = 17_000;

    private static Path directory;
    private static String train;
    private static String validation;

    @BeforeAll
    static void draw(@TempDir Path given) throws IOException {
        directory = given;
        // Before anything else asks for the file system of this machine, and gets one that forks.
        ForklessLocalFileSystem.install(new Configuration());
        train = DrawnData.write(directory.resolve("train"), 192, 1);
        validation = DrawnData.write(directory.resolve("validation"), 90, 2);
    }

    private static RunConfiguration rich(String name, int workers) {
        return SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, LinearEngineProvider.NAME), workers, 2);
    }

    /** One that is as easily written down without a cluster. */
    private static RunConfiguration plain(String name, int workers) {
        return rich(name, workers)
                .withOptimization(Optimization.defaults()
                        .with()
                        .optimizer(new Optimizer.Sgd())
                        .schedule(LearningRate.defaults().withRate(0.05))
                        .labelSmoothing(new LabelSmoothing(0.1))
                        .build());
    }

    /** What a listener hears, in order. */
    private static final class Heard implements TrainingListener {
        final List<String> lines = new ArrayList<>();

        @Override
        public void membership(MembershipChange membership) {
            lines.add(membership.change());
        }

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }

    /**
     * How a run in virtual time went.
     *
     * @param passed in virtual time
     * @param events that happened
     */
    private record Outcome(TrainingResult result, List<String> heard, Duration passed, long events) {}

    /** Which executors are killed when they begin a gradient, each once. */
    private static final class Kills implements Pace {
        private final Map<String, Long> stepOf;
        private final Set<String> done = new HashSet<>();
        private Optional<VirtualCluster> cluster = Optional.empty();

        /** @param stepOf by executor, the step at which it is killed */
        Kills(Map<String, Long> stepOf) {
            this.stepOf = stepOf;
        }

        @Override
        public Duration of(VirtualProcess process, MicroBatchKey key) {
            if (key.step() == stepOf.getOrDefault(process.name(), -1L) && done.add(process.name())) {
                cluster.orElseThrow().kill(process);
            }
            return OF_A_GRADIENT;
        }
    }

    private static Outcome virtual(RunConfiguration run, Map<String, Long> kills) throws Exception {
        return virtual(run, kills, SEED);
    }

    private static Outcome virtual(RunConfiguration run, Map<String, Long> kills, long seed) throws Exception {
        Kills pace = new Kills(kills);
        Heard heard = new Heard();
        try (VirtualCluster cluster = new VirtualCluster(run.resources().workers(), new Configuration(), pace, seed)) {
            pace.cluster = Optional.of(cluster);
            TrainingResult result = cluster.run(() -> Training.run(cluster, run, TrainingOptions.defaults(), heard));
            assertThat(pace.done).isEqualTo(kills.keySet());
            return new Outcome(result, heard.lines, cluster.passed(), cluster.events());
        }
    }

    private static byte[] model(TrainingResult result) throws IOException {
        return Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath()));
    }

    /** Step and loss of all figures that were written down. */
    private static List<String> metrics(String name) throws IOException {
        try (Stream<String> lines =
                Files.lines(directory.resolve("runs").resolve(name).resolve("metrics.jsonl"))) {
            return lines.toList();
        }
    }

    /**
     * Of three executors the first two hold the servers and all hold a worker. The third is killed first: a worker is lost. Then the
     * first: a server and a worker are lost, and what was computed since the last checkpoint with them.
     */
    @Test
    void aRunThatLosesAWorkerAndAServerHasTheBitsOfOneOnSpark() throws Exception {
        Map<String, Long> kills = Map.of("executor 3", 3L, "executor 1", 8L);
        Outcome harmed = virtual(rich("harmed", 3), kills);
        assertThat(harmed.result().outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(harmed.result().step()).isEqualTo(STEPS);
        assertThat(harmed.heard())
                .anyMatch(line -> line.startsWith("executor 3 was lost: killed"))
                .anyMatch(line -> line.startsWith("executor 1 was lost: killed"))
                .anyMatch(line ->
                        line.matches("server executor-1:7000 of executor 1 was lost; all are restored at step 5"));
        assertThat(harmed.passed()).as("of virtual time").isBetween(LEAST_HARM, MOST_HARM);
        assertThat(harmed.events()).isLessThan(MOST_EVENTS);

        TrainingResult real;
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[3]"), "real time", Map.of("spark.ui.enabled", "false"), new RunSize(3, 1, 0))) {
            real = SparkTraining.run(spark, rich("real", 3), TrainingOptions.defaults(), TrainingListener.silent());
        }
        assertThat(model(harmed.result())).isEqualTo(model(real));
    }

    @Test
    void aRunThatLosesAWorkerAndAServerHasTheBitsOfThePlainSum() throws Exception {
        RunConfiguration run = plain("plain", 3);
        Outcome harmed = virtual(run, Map.of("executor 3", 2L, "executor 2", 11L));
        PlainSum sum = new PlainSum(run);
        float[] trained = StoredModel.use(
                new Configuration(),
                harmed.result().exports().get(0),
                files -> StoredModel.values(files, NetworkLayout.of(sum.network())));
        assertThat(Arrays.mismatch(trained, sum.train(STEPS)))
                .as("the first float that differs")
                .isNegative();
    }

    /** Left out, auxiliary heads are as if the network had never had any: in the sums, on the servers, in the model. */
    @Test
    void withoutItsAuxiliaryHeadsANetworkHasTheBitsOfOneThatHasNone() throws Exception {
        // Three steps of few micro-batches: the network has millions of parameters.
        RunConfiguration plain = plain("headless", 2);
        RunConfiguration run = plain.withNetwork(NetworkChoice.of("googlenet").withAuxiliaryHeads(false))
                .withSteps(plain.steps().withEpochs(1).withMicroBatch(32).withMicroBatches(2));
        Outcome trained = virtual(run, Map.of());
        PlainSum sum = new PlainSum(run);
        Network headless = Catalogue.build("googlenet", NetworkArguments.defaults())
                .inference()
                .withInput(sum.network().input());
        assertThat(sum.network().tensors().stream().map(Tensor::name).toList())
                .isEqualTo(headless.tensors().stream().map(Tensor::name).toList());
        float[] values = StoredModel.use(
                new Configuration(),
                trained.result().exports().get(0),
                files -> StoredModel.values(files, NetworkLayout.of(sum.network())));
        assertThat(trained.result().step()).isEqualTo(3);
        assertThat(Arrays.mismatch(values, sum.train(3)))
                .as("the first float that differs")
                .isNegative();
    }

    /** One worker adds everything by itself, in the order of the tree. */
    @Test
    void oneWorkerHasTheSameBits() throws Exception {
        Outcome alone = virtual(rich("alone", 1), Map.of());
        Outcome together = virtual(rich("together", 3), Map.of());
        assertThat(model(alone.result())).isEqualTo(model(together.result()));
        assertThat(alone.passed()).isGreaterThan(together.passed());
    }

    /** Each seed has messages overtake others: who computes what, and when, is another story each time. */
    @Test
    void howeverLongMessagesTakeTheBitsAreTheSame() throws Exception {
        byte[] expected = model(virtual(rich("undisturbed", 3), Map.of()).result());
        Set<Duration> passed = new HashSet<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Outcome harmed = virtual(rich("seed-" + seed, 3), Map.of("executor 3", 3L, "executor 1", 8L), seed);
            assertThat(model(harmed.result())).as("with seed %d", seed).isEqualTo(expected);
            passed.add(harmed.passed());
        }
        assertThat(passed).as("schedules").hasSize(SEEDS);
    }

    /** Not only the bits: whatever happened, when, and what was written of it. */
    @Test
    void theSameHappensEachTime() throws Exception {
        Map<String, Long> kills = Map.of("executor 2", 7L);
        Outcome first = virtual(rich("first", 2), kills);
        Outcome second = virtual(rich("second", 2), kills);
        assertThat(second.heard()).isEqualTo(first.heard());
        assertThat(second.passed()).isEqualTo(first.passed());
        assertThat(second.events()).isEqualTo(first.events());
        assertThat(metrics("second"))
                .hasSizeGreaterThan(STEPS)
                .isEqualTo(metrics("first").stream()
                        .map(line -> line.replace("runs/first/", "runs/second/"))
                        .toList());
    }

    /**
     * A driver that dies just after it has committed a checkpoint is followed by one that goes on from it: what the checkpoint's steps
     * and evaluations gave is written by then, or never.
     */
    @Test
    void aCheckpointIsCommittedAfterTheMetricsOfWhatItHolds() throws Exception {
        Map<Long, List<String>> written = new TreeMap<>();
        SteppedFileSystem.Step step = (operation, path) -> {
            if (operation == SteppedFileSystem.Operation.RENAME
                    && path.getName().startsWith(".manifest.json.")) {
                long version = Long.parseLong(path.getParent().getName().replace("step-", ""));
                written.put(version, kinds(metrics("watched"), version));
            }
        };
        RunConfiguration run = rich("watched", 2);
        String runs = run.runs().replaceFirst("file:/+", "stepped:///");
        RunConfiguration watched = run.withRuns(runs);
        try (VirtualCluster cluster =
                new VirtualCluster(2, SteppedFileSystem.hadoop(), (process, key) -> OF_A_GRADIENT, SEED)) {
            cluster.run(() -> {
                SteppedFileSystem.ask(step);
                return Training.run(cluster, watched, TrainingOptions.defaults(), TrainingListener.silent());
            });
        }
        assertThat(written).containsOnlyKeys(5L, 10L, 15L, 18L);
        List<String> all = metrics("watched");
        written.forEach((version, lines) ->
                assertThat(lines).as("at the checkpoint of step %d", version).isEqualTo(kinds(all, version)));
        assertThat(written.get(18L)).contains("step 18", "evaluation 6", "evaluation 12");
    }

    /** Which steps there are up to one, and which evaluations before it: its own is done again by whoever goes on from it. */
    private static List<String> kinds(List<String> lines, long until) {
        return lines.stream()
                .map(ENTRY::matcher)
                .filter(Matcher::find)
                .filter(entry ->
                        Long.parseLong(entry.group(2)) < until + (entry.group(1).equals("step") ? 1 : 0))
                .map(entry -> entry.group(1) + " " + entry.group(2))
                .toList();
    }
}
