package convoy.driver.runs;

import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.MetricsPlan;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.TrainingResult;
import convoy.records.text.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small runs with everything on: batch norm's statistics, dropout, augmentation, clipping, warm-up, evaluation. */
public final class SmallRuns {
    public static final int EPOCHS = SmallConfiguration.EPOCHS;
    /** 200 rows in 8 streams of 25, in micro-batches of 4: 7 steps an epoch. */
    public static final int STEPS = EPOCHS * 7;

    static final int VALIDATION_ROWS = 90;

    private static final Pattern FIGURES =
            Pattern.compile("\"kind\":\"(step|evaluation)\",\"step\":([0-9]+),.*?\"loss\":([^,]+)");

    private final Path directory;
    private final String train;
    private final String validation;

    public SmallRuns(Path directory) throws IOException {
        this.directory = directory;
        this.train = DrawnData.write(directory.resolve("train"), 200, 1);
        this.validation = DrawnData.write(directory.resolve("validation"), VALIDATION_ROWS, 2);
    }

    String train() {
        return train;
    }

    String validation() {
        return validation;
    }

    public RunConfiguration configuration(String name, int workers, int servers) {
        return SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, ToyEngineProvider.NAME), workers, servers);
    }

    /** The same with another rule of updates. */
    static RunConfiguration optimized(RunConfiguration configuration, UnaryOperator<Optimization> change) {
        return configuration.withOptimization(change.apply(configuration.optimization()));
    }

    static RunConfiguration keeping(RunConfiguration configuration, CheckpointPlan plan) {
        return configuration.withOutputs(configuration.outputs().withCheckpoint(plan));
    }

    /** The same with the norms of each so many steps measured. */
    static RunConfiguration measured(RunConfiguration configuration, long every) {
        return configuration.withOutputs(configuration.outputs().withMetrics(new MetricsPlan(Optional.of(every))));
    }

    static RunConfiguration lasting(RunConfiguration configuration, int epochs) {
        return configuration.withSteps(configuration.steps().withEpochs(epochs));
    }

    public Path of(String name) {
        return directory.resolve("runs").resolve(name);
    }

    public static String sha256(TrainingResult result) throws IOException {
        return Sha256.digits(
                Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath())));
    }

    /** Kind, step and loss of every figure in {@code metrics.jsonl}. */
    public List<String> figures(String name) throws IOException {
        List<String> figures = new ArrayList<>();
        for (String line : Files.readAllLines(of(name).resolve("metrics.jsonl"))) {
            Matcher matcher = FIGURES.matcher(line);
            if (matcher.find()) {
                figures.add(matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3));
            }
        }
        return figures;
    }

    /** Norms by layer in {@code metrics.jsonl}, line by line. */
    List<String> norms(String name) throws IOException {
        return Files.readAllLines(of(name).resolve("metrics.jsonl")).stream()
                .filter(line -> line.startsWith("{\"kind\":\"norms\""))
                .toList();
    }

    /** Keeps what a listener hears. */
    public static class Heard implements TrainingListener {
        public final List<String> lines = new ArrayList<>();
        final List<Long> steps = new ArrayList<>();

        @Override
        public void progress(Progress progress) {
            steps.add(progress.step());
        }

        @Override
        public void membership(MembershipChange membership) {
            lines.add(membership.change());
        }

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }
}
