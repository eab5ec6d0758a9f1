package convoy.tests.simulation;

import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.Outputs;
import convoy.driver.configuration.Patience;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.update.Optimizer;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What decides the bits of a simulated run. Runs of one setting have the same model, whatever happens to them.
 *
 * @param microBatches of a step
 * @param width of the network: the more, the more partitions it has
 * @param momentum whether there is any, with a limit of the gradient's norm
 */
record Setting(int microBatches, int width, boolean momentum) {
    /** A partition and a bit of it, two, three, and eight. */
    static final List<Integer> WIDTHS = List.of(8, 50, 80, 220);

    static final double RATE = 0.1;
    static final double MOMENTUM = 0.9;
    static final double NORM = 0.5;
    static final String NAME = "run";
    static final String RUNS = "memory:///runs";

    /** Rows of the data set, whose pictures nobody looks at. */
    private static final int ROWS = 64;

    private static final int MICRO_BATCH = 4;
    private static final int LEAST_STEPS = 9;

    private static final Map<Setting, ResolvedRun> RESOLVED = new ConcurrentHashMap<>();
    private static Optional<Path> directory = Optional.empty();

    /** Makes the data set and the network's file. */
    static void prepare(Path empty) throws IOException {
        directory = Optional.of(empty);
        RESOLVED.clear();
        DrawnData.write(empty.resolve("data"), ROWS, 1);
        Files.writeString(empty.resolve("network.yaml"), """
                name: tiny
                input: 3x32x32
                classes: 4
                parameters:
                  width: {default: 8, type: whole, min: 1, max: 1000}
                layers:
                  - {name: conv, kind: convolution, out: =width, kernel: 3, padding: 1, bias: false}
                  - {name: bn, kind: batch-norm}
                  - relu
                  - adaptive-average-pool
                  - flatten
                  - {name: fc, kind: dense, out: =classes}
                """);
    }

    /** The run, on nothing in particular yet. */
    ResolvedRun resolved() {
        return RESOLVED.computeIfAbsent(this, Setting::resolve);
    }

    /** How many partitions its layout has. */
    int partitions() {
        return NetworkLayout.of(resolved().network()).partitions();
    }

    private ResolvedRun resolve() {
        Path files = directory.orElseThrow(() -> new IllegalStateException("nothing is prepared"));
        int stepsPerEpoch = Math.max(1, ROWS / microBatches / MICRO_BATCH);
        Optimization optimization = Optimization.defaults()
                .with()
                .optimizer(momentum ? new Optimizer.Nesterov(MOMENTUM) : new Optimizer.Sgd())
                .schedule(LearningRate.defaults().withRate(RATE))
                .clipNorm(Optional.of(NORM).filter(norm -> momentum))
                .build();
        RunConfiguration run = RunConfiguration.defaults()
                .with()
                .name(NAME)
                .runs(files.resolve("runs").toUri().toString())
                .seed(7)
                .data(DataChoice.of(files.resolve("data").toUri().toString()))
                .network(NetworkChoice.ofFile(
                                files.resolve("network.yaml").toUri().toString())
                        .withParameters(new TreeMap<>(Map.of("width", Integer.toString(width)))))
                .steps(Steps.defaults()
                        .with()
                        .epochs((LEAST_STEPS + stepsPerEpoch - 1) / stepsPerEpoch)
                        .microBatch(MICRO_BATCH)
                        .microBatches(microBatches)
                        .build())
                .optimization(optimization)
                .computation(new EngineChoice(LinearEngineProvider.NAME, "cpu"))
                .outputs(Outputs.defaults())
                .patience(Patience.defaults()
                        .with()
                        .start(0.5)
                        .anyone(300)
                        .silent(0.4)
                        .lost(0.8)
                        .failures(3)
                        .trouble(300)
                        .build())
                .build();
        // What is resolved looks for a run that has begun; the simulated ones have not.
        ResolvedRun resolved = ResolvedRun.resolve(new Configuration(), run);
        return resolved.with()
                .configuration(resolved.configuration().withRuns(RUNS))
                .build();
    }
}
