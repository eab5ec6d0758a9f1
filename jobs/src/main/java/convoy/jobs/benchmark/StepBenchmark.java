package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.EngineBenchmarkBuilder;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What a step of one network costs: in the engine alone, through the servers with one worker and with two, and with
 * checkpoints.
 *
 * @param spark where the runs take place; it has two servers
 * @param directory for the runs
 * @param data a data set of the network's images
 * @param engine that computes
 * @param batch images of a worker's step
 * @param duration of each measurement, roughly: the sum of its rounds
 */
public record StepBenchmark(
        SparkApplication spark, String directory, String data, EngineChoice engine, int batch, Duration duration) {
    private static final int WARM_UP = 10;
    private static final int FEWEST_STEPS = 12;
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);
    private static final int STEPS_BETWEEN_CHECKPOINTS = 10;

    /** What is compared is measured in turn, several times, since machines change their speed. */
    private static final int ROUNDS = 3;

    /**
     * Checks what a person asked for, before anything starts.
     *
     * @param batch of {@code --batch}
     * @param seconds of {@code --seconds}
     */
    public static void requirePositive(int batch, int seconds) {
        if (batch < 1 || seconds < 1) {
            throw new BadInputException("--batch = " + batch + ", --seconds = " + seconds + ": both must be 1 or more");
        }
    }

    /**
     * What was measured, medians over the rounds.
     *
     * @param engineAlone one engine
     * @param enginesSideBySide two engines that know nothing of each other
     * @param enginesInStep two engines that wait for each other after every step and do nothing else
     * @param oneWorker through one server
     * @param twoWorkers through two servers
     * @param scaling images a second of two workers, as a share of twice one engine in the same round
     * @param checkpointBytes of one checkpoint
     * @param checkpointBytesPerSecond from the step that it holds until it is whole
     * @param checkpointStall what a checkpoint adds to the steps after it, as a share of a step
     */
    @RecordBuilder
    public record Result(
            Rate engineAlone,
            Rate enginesSideBySide,
            Rate enginesInStep,
            RunMetrics oneWorker,
            RunMetrics twoWorkers,
            double scaling,
            long checkpointBytes,
            double checkpointBytesPerSecond,
            double checkpointStall) {

        /** {@return {@link #scaling} where steps are calm} */
        public double calmScaling() {
            return twoWorkers.calmImagesPerSecond() / (2 * engineAlone.calm());
        }
    }

    /**
     * Images a second of engines.
     *
     * @param average over all steps
     * @param calm at the pace of {@linkplain EngineBenchmark#calm a calm} step
     */
    public record Rate(double average, double calm) {
        private static Rate median(List<Rate> rounds) {
            return new Rate(RunMetrics.median(rounds, Rate::average), RunMetrics.median(rounds, Rate::calm));
        }
    }

    /**
     * Measures one network.
     *
     * @param network that fits the data set
     * @return what was measured
     * @throws InterruptedException if the thread is interrupted while it measures
     * @throws IOException if the runs' figures cannot be read
     */
    public Result run(Network network) throws InterruptedException, IOException {
        List<Rate> alone = new ArrayList<>();
        List<Rate> sideBySide = new ArrayList<>();
        List<Rate> inStep = new ArrayList<>();
        List<RunMetrics> one = new ArrayList<>();
        List<RunMetrics> two = new ArrayList<>();
        List<Double> scaling = new ArrayList<>();
        warmUp(network);
        for (int round = 0; round < ROUNDS; round++) {
            alone.add(engines(network, 1, false));
            long steps = steps(alone.get(round).average(), ROUNDS, FEWEST_STEPS);
            two.add(RunMetrics.of(train(network, 2, "round-" + round, steps, 0, new Checkpoints()), WARM_UP));
            inStep.add(engines(network, 2, true));
            sideBySide.add(engines(network, 2, false));
            one.add(RunMetrics.of(train(network, 1, "round-" + round, steps, 0, new Checkpoints()), WARM_UP));
            scaling.add(two.get(round).imagesPerSecond() / (2 * alone.get(round).average()));
        }
        Checkpoints checkpoints = new Checkpoints();
        Rate engine = Rate.median(alone);
        String metrics = train(
                network,
                2,
                "checkpoints",
                steps(engine.average(), 1, 3 * STEPS_BETWEEN_CHECKPOINTS),
                STEPS_BETWEEN_CHECKPOINTS,
                checkpoints);
        return StepBenchmarkResultBuilder.builder()
                .engineAlone(engine)
                .enginesSideBySide(Rate.median(sideBySide))
                .enginesInStep(Rate.median(inStep))
                .oneWorker(RunMetrics.median(one))
                .twoWorkers(RunMetrics.median(two))
                .scaling(RunMetrics.median(scaling, share -> share))
                .checkpointBytes(checkpoints.bytes())
                .checkpointBytesPerSecond(checkpoints.bytesPerSecond())
                .checkpointStall(RunMetrics.checkpointStall(metrics, WARM_UP, STEPS_BETWEEN_CHECKPOINTS))
                .build();
    }

    /** Trains until what two workers and their servers run most is compiled, where they are in this process. */
    private void warmUp(Network network) throws InterruptedException {
        long steps = steps(engines(network, 1, false).average(), 1, FEWEST_STEPS);
        CompilerWatch compiler = new CompilerWatch(LONGEST_WARM_UP);
        int run = 0;
        do {
            train(network, 2, "warm-up-" + run++, steps, 0, new Checkpoints());
        } while (!compiler.atRest());
    }

    private long steps(double imagesPerSecond, int rounds, int fewest) {
        double seconds = duration.toMillis() / 1000.0 / rounds;
        return WARM_UP + Math.max(fewest, Math.round(seconds * imagesPerSecond / batch));
    }

    private Rate engines(Network network, int count, boolean inStep) throws InterruptedException {
        EngineOptions options = engine.options(Device.parse(engine.device()), 1, LabelSmoothing.NONE, Frozen.NOTHING);
        EngineProvider provider = Engines.find(engine.engine(), options.device());
        EngineBenchmark.Speed speed = EngineBenchmarkBuilder.builder()
                .provider(provider)
                .network(network)
                .options(options)
                .batch(batch)
                .engines(count)
                .inStep(inStep)
                .duration(duration.dividedBy(ROUNDS))
                .build()
                .run();
        return new Rate(speed.imagesPerSecond(), count * batch / speed.calmSecondsPerStep());
    }

    /** What the run wrote down of itself. */
    private String train(
            Network network, int workers, String kind, long steps, int checkpointEvery, Checkpoints checkpoints) {
        String name = network.name() + "-" + workers + "-" + kind;
        List<String> settings = new ArrayList<>(List.of(
                "name=" + name,
                "runs='" + directory + "'",
                "network.name=" + network.name(),
                "data.train='" + data + "'",
                "data.transforms=[pad-crop, flip]",
                "engine=" + engine.engine(),
                "precision=" + engine.precision(),
                "epochs=100000",
                "micro-batch=" + batch,
                "micro-batches=" + workers,
                "workers=" + workers,
                "servers=" + workers,
                "schedule.rate=0.001",
                "checkpoint.every-epochs=null"));
        if (checkpointEvery > 0) {
            settings.add("checkpoint.every-steps=" + checkpointEvery);
        }
        RunConfiguration configuration = RunFile.read(RunConfiguration.class, "benchmark", "", settings);
        String run = SparkTraining.run(
                        spark, configuration, new TrainingOptions(any -> "", Optional.of(steps)), checkpoints)
                .directory();
        Path metrics = new Path(run, "metrics.jsonl");
        try (InputStream in = metrics.getFileSystem(spark.hadoop()).open(metrics)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + metrics, unreadable);
        }
    }

    /** Adds up the checkpoints of a run. */
    private static final class Checkpoints implements TrainingListener {
        private long count;
        private long bytes;
        private Duration took = Duration.ZERO;

        @Override
        public synchronized void checkpointed(Checkpointed checkpoint) {
            count++;
            bytes += checkpoint.bytes();
            took = took.plus(checkpoint.took());
        }

        synchronized long bytes() {
            return count == 0 ? 0 : bytes / count;
        }

        synchronized double bytesPerSecond() {
            return bytes / Math.max(1e-9, took.toNanos() / 1e9);
        }
    }
}
