package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.LossChoice;
import convoy.driver.configuration.LossName;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.evaluation.LabelFigures;
import convoy.driver.evaluation.PictureModel.Guess;
import convoy.driver.evaluation.Prediction;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportReport;
import convoy.driver.importing.ListOptions;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.scoring.ScoreDescription;
import convoy.driver.scoring.Scores;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.driver.spark.scoring.ScoringJob;
import convoy.driver.spark.scoring.ScoringRequest;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.JoinedData;
import convoy.worker.data.content.PixelCounts;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.provided.ProviderChoice;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that show several classes, from a list to a model that finds them: two shapes of four an image, one, or none. */
final class SeveralLabelsTest {
    private static final int SIDE = 32;
    private static final List<String> SHAPES = List.of("disc", "frame", "left", "right");

    private final Path directory;
    private final Configuration hadoop = new Configuration();

    SeveralLabelsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static void draw(Graphics2D ink, int shape, Random random) {
        ink.setColor(new Color(Color.HSBtoRGB(random.nextFloat(), 0.4f, 1)));
        int at = 1 + random.nextInt(3);
        switch (shape) {
            case 0 -> ink.fillOval(4 + at, 4 + at, 10, 10);
            case 1 -> {
                ink.drawRect(16 + at, 2 + at, 11, 11);
                ink.drawRect(17 + at, 3 + at, 9, 9);
            }
            case 2 -> ink.fillRect(at, 22, 10, 3 + at);
            default -> ink.fillRect(26 - at, 17, 3, 14);
        }
    }

    /** A list of pictures, and the data set that is imported of it. */
    private String drawn(SparkApplication spark, String name, int pictures, long seed) throws IOException {
        Random random = new Random(seed);
        Path folder = Files.createDirectories(directory.resolve(name));
        List<String> lines = new ArrayList<>(List.of("path,label"));
        for (int i = 0; i < pictures; i++) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            Graphics2D ink = picture.createGraphics();
            List<String> labels = new ArrayList<>();
            for (int shape = 0; shape < SHAPES.size(); shape++) {
                if (labels.size() < 2 && random.nextInt(5) < 2) {
                    draw(ink, shape, random);
                    labels.add(SHAPES.get(shape));
                }
            }
            ink.dispose();
            ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
            lines.add(i + ".png," + String.join(" ", labels));
        }
        Path list = Files.write(folder.resolve("list.csv"), lines);
        ImportConfiguration configuration = ImportConfiguration.of(
                        Format.CSV,
                        list.toUri().toString(),
                        directory.resolve(name + "-set").toUri().toString())
                .with()
                .store(Store.RAW)
                .list(ListOptions.defaults().withLabelSeparator(Optional.of(" ")))
                .classes(SHAPES)
                .build();
        ImportReport report = ImportJob.run(spark.context(), configuration, ImportListener.silent());
        assertThat(report.info().labelSets()).hasSizeBetween(8, 11).contains(List.of(), List.of(0), List.of(0, 1));
        return configuration.to();
    }

    private RunConfiguration configuration(String name, String train, String validation, int workers) {
        RunConfiguration small = SmallConfiguration.of(name, directory, train, validation, "nd4j");
        RunConfiguration run = small.with()
                .network(NetworkChoice.of("lenet5"))
                .data(DataChoice.of(train).withValidation(Optional.of(Validation.at(validation))))
                .steps(small.steps().with().epochs(6).build())
                .optimization(small.optimization()
                        .with()
                        .labelSmoothing(LabelSmoothing.NONE)
                        .loss(LossChoice.defaults().withName(LossName.SIGMOID_CROSS_ENTROPY))
                        .build())
                .build();
        return SmallConfiguration.on(run, workers, workers);
    }

    private static void refused(ThrowingCallable made, String... parts) {
        assertThatThrownBy(made)
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    @Test
    void aModelFindsEachOfTheShapesAndHasTheSameBitsOnOneWorkerAndTwo() throws IOException {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[4]"), "several labels", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0))) {
            String train = drawn(spark, "train", 256, 1);
            String test = drawn(spark, "test", 96, 2);
            RunConfiguration one = configuration("one", train, test, 1);
            TrainingResult trained = train(spark, one);
            TrainingResult again = train(spark, configuration("two", train, test, 2));
            assertThat(SmallRuns.sha256(again)).isEqualTo(SmallRuns.sha256(trained));

            Evaluation.Request request = Evaluation.Request.ofRun(
                    directory.resolve("runs/one").toUri().toString(), one, Validation.at(test), 16, 1);
            Evaluation.Scored scored = Evaluation.score(spark, request, (done, rows) -> {});
            LabelFigures figures = scored.labels().orElseThrow();
            assertThat(figures.classes()).extracting(LabelFigures.OfClass::name).isEqualTo(SHAPES);
            assertThat(figures.meanAveragePrecision().orElseThrow()).isGreaterThan(0.9);
            assertThat(figures.micro().f1()).isGreaterThan(0.8);
            assertThat(scored.result().top5()).isEmpty();
            assertThat(Evaluation.score(spark, request.with().tasks(3).build(), (done, rows) -> {}))
                    .isEqualTo(scored);

            scoresAsItEvaluates(spark, test, scored);
            predictsEachByItself(one);
            refusesWhatGoesByOneClass(one, train);
        }
    }

    private TrainingResult train(SparkApplication spark, RunConfiguration run) {
        return SparkTraining.run(spark, run, TrainingOptions.defaults(), new Heard());
    }

    /** The same rows are right. */
    private void scoresAsItEvaluates(SparkApplication spark, String test, Evaluation.Scored evaluated) {
        Path to = directory.resolve("scores");
        ScoreDescription scores = ScoringJob.run(
                        spark,
                        ScoringRequest.of(
                                        directory.resolve("runs/one").toUri().toString(),
                                        test,
                                        to.toUri().toString())
                                .withTop(SHAPES.size()),
                        (done, rows) -> {})
                .description();
        assertThat(scores.right()).isEqualTo(evaluated.result().top1());
        List<List<Integer>> sets = DataSet.open(hadoop, test).info().labelSets();
        assertThat(scores.plan().labelSets()).isEqualTo(sets);
        try (Scores rows = Scores.read(hadoop, to.toUri().toString())) {
            int read = 0;
            while (rows.hasNext()) {
                Scores.Row row = rows.next();
                assertThat(row.label()).isBetween(0, sets.size() - 1);
                assertThat(row.probability()).isBetween(0f, 1f);
                read++;
            }
            assertThat(read).isEqualTo(96);
        }
    }

    private void predictsEachByItself(RunConfiguration run) throws IOException {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = picture.createGraphics();
        draw(ink, 0, new Random(5));
        draw(ink, 3, new Random(6));
        ink.dispose();
        Path file = directory.resolve("two.png");
        ImageIO.write(picture, "png", file.toFile());
        try (Prediction prediction = Prediction.open(
                hadoop,
                directory.resolve("runs").resolve(run.name()).toUri().toString(),
                Optional.empty(),
                new EngineChoice("nd4j", "cpu"),
                Orientation.AS_STORED)) {
            assertThat(prediction.model().severalLabels()).isTrue();
            List<Guess> guesses = prediction.predict(file.toUri().toString(), 4);
            assertThat(guesses)
                    .filteredOn(guess -> guess.probability() >= 0.5)
                    .extracting(Guess::name)
                    .containsExactlyInAnyOrder("disc", "right");
        }
    }

    private void refusesWhatGoesByOneClass(RunConfiguration run, String several) throws IOException {
        SmallRuns plain = new SmallRuns(directory.resolve("plain"));
        RunConfiguration softmax = run.withOptimization(run.optimization().withLoss(LossChoice.defaults()));
        refused(
                () -> ResolvedRun.resolve(hadoop, softmax),
                "loss.name = softmax-cross-entropy, and data set ",
                " has several labels an image: say sigmoid-cross-entropy, or give another data set");
        refused(
                () -> ResolvedRun.resolve(hadoop, run.withData(DataChoice.of(plain.train()))),
                "loss.name = sigmoid-cross-entropy, and data set ",
                " has one label an image: say softmax-cross-entropy");
        refused(
                () -> ResolvedRun.resolve(
                        hadoop,
                        run.withOutputs(run.outputs()
                                .withEvaluation(run.outputs()
                                        .evaluation()
                                        .withMetrics(List.of(ProviderChoice.parse("brier")))))),
                "evaluation.metrics = brier, and data set ",
                " has several labels an image: such a metric is told one; leave it out");
        DataSet data = DataSet.open(hadoop, several);
        refused(data::labels, "has several labels an image, and one is needed for loss.class-weights");
        refused(() -> PixelCounts.count(data, 0, 1), "several labels an image has no profile");
        refused(
                () -> JoinedData.describe(List.of(JoinedData.Member.of("a", data))),
                "has several labels an image, and one is needed for joining data sets");
    }
}
