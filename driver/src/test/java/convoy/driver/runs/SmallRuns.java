package convoy.driver.runs;

import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.RunConfiguration.CheckpointPlan;
import convoy.driver.configuration.RunConfiguration.DataChoice;
import convoy.driver.configuration.RunConfiguration.EvaluationPlan;
import convoy.driver.configuration.RunConfiguration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration.Patience;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.text.Sha256;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.engine.Precision;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small runs with everything on: batch norm's statistics, dropout, augmentation, clipping, warm-up, evaluation. */
final class SmallRuns {
    static final int EPOCHS = 3;
    /** 200 rows in 8 streams of 25, in micro-batches of 4: 7 steps an epoch. */
    static final int STEPS = EPOCHS * 7;

    static final int VALIDATION_ROWS = 90;

    private static final Pattern FIGURES =
            Pattern.compile("\"kind\":\"(step|evaluation)\",\"step\":([0-9]+),.*?\"loss\":([^,]+)");

    private final Path directory;
    private final String train;
    private final String validation;

    SmallRuns(Path directory) throws IOException {
        this.directory = directory;
        this.train = DrawnData.write(directory.resolve("train"), 200, 1);
        this.validation = DrawnData.write(directory.resolve("validation"), VALIDATION_ROWS, 2);
    }

    String validation() {
        return validation;
    }

    RunConfiguration configuration(String name, int workers, int servers) {
        return new RunConfiguration(
                name,
                directory.resolve("runs").toUri().toString(),
                7,
                NetworkChoice.of("resnet20_cifar"),
                new DataChoice(
                        train,
                        Optional.of(validation),
                        List.of(new PadCrop(2), new Flip(0.5)),
                        List.of(),
                        List.of(),
                        1,
                        4),
                EPOCHS,
                4,
                8,
                new Optimizer.Nesterov(0.9),
                new LearningRate(0.1, LearningRate.Unit.EPOCHS, 1, 0.1, new LearningRate.Cosine(0)),
                new WeightDecay(5e-4, WeightDecay.Scope.WEIGHTS),
                Optional.of(5.0),
                0.1,
                RunConfiguration.LossChoice.defaults(),
                FineTuning.defaults(),
                ToyEngineProvider.NAME,
                "cpu",
                Precision.FP32,
                true,
                1,
                workers,
                servers,
                new CheckpointPlan(Optional.empty(), Optional.of(5L), 2),
                new EvaluationPlan(1),
                RunConfiguration.OnDivergence.STOP,
                List.of(),
                new Patience(2, 300, 2, 4, 3));
    }

    /** The same with one component changed. */
    static RunConfiguration with(RunConfiguration configuration, String component, Object value) {
        try {
            RecordComponent[] components = RunConfiguration.class.getRecordComponents();
            List<Object> values = new ArrayList<>();
            for (RecordComponent each : components) {
                values.add(
                        each.getName().equals(component)
                                ? value
                                : each.getAccessor().invoke(configuration));
            }
            Constructor<RunConfiguration> canonical = RunConfiguration.class.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return canonical.newInstance(values.toArray());
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    Path of(String name) {
        return directory.resolve("runs").resolve(name);
    }

    static String sha256(TrainingResult result) throws IOException {
        return Sha256.digits(
                Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath())));
    }

    /** Kind, step and loss of every figure in {@code metrics.jsonl}. */
    List<String> figures(String name) throws IOException {
        List<String> figures = new ArrayList<>();
        for (String line : Files.readAllLines(of(name).resolve("metrics.jsonl"))) {
            Matcher matcher = FIGURES.matcher(line);
            if (matcher.find()) {
                figures.add(matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3));
            }
        }
        return figures;
    }

    /** Keeps what a listener hears. */
    static final class Heard implements TrainingListener {
        final List<String> lines = new ArrayList<>();
        final List<Long> steps = new ArrayList<>();

        @Override
        public void progress(Progress progress) {
            steps.add(progress.step());
        }

        @Override
        public void membership(Membership membership) {
            lines.add(membership.change());
        }

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }
}
