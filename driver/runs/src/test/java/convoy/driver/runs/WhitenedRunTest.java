package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Resources;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.configuration.Validation;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.evaluation.PictureModel;
import convoy.driver.evaluation.Prediction;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.WhiteningConfiguration;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.WhiteningJob;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.update.Optimizer;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.engine.EngineChoice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of All-CNN's preprocessing: fitted once, kept with the data, used in training, scoring and for single pictures. */
final class WhitenedRunTest {
    private static final int SIDE = 16;
    private static final int TRAINED = 400;
    private static final int HELD_OUT = 40;

    private final Path directory;

    WhitenedRunTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Stripes of a random place, along the rows or along the columns, in noise. */
    private static ImageRow picture(int id, long seed) {
        RandomStream random = RandomStream.of(seed, "picture", id);
        int label = id % 2;
        int phase = random.nextInt(6);
        byte[] plane = new byte[SIDE * SIDE];
        for (int i = 0; i < plane.length; i++) {
            int along = label == 0 ? i / SIDE : i % SIDE;
            double value = ((along + phase) % 6 < 3 ? 90 : 160) + 15 * random.nextGaussian();
            plane[i] = (byte) Math.max(0, Math.min(255, (int) value));
        }
        return new ImageRow(id, plane, label, SIDE, SIDE, 1);
    }

    private String data(String name, int rows, long seed) throws IOException {
        List<ImageRow> group = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            group.add(picture(id, seed));
        }
        return RawData.write(directory.resolve(name), List.of("rows", "columns"), group, rows);
    }

    private String png(ImageRow row) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.getRaster().setSample(i % SIDE, i / SIDE, 0, row.image()[i] & 0xFF);
        }
        Path file = directory.resolve(row.id() + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file.toUri().toString();
    }

    @Test
    void trainingScoringAndSinglePicturesAreWhitenedAlike() throws IOException {
        String train = data("train", TRAINED, 1);
        String heldOut = data("held-out", HELD_OUT, 2);
        EvaluationResult trained;
        String model;
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "whitened", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0))) {
            DatasetInfo info =
                    WhiteningJob.run(spark.context(), WhiteningConfiguration.of(train), ImportListener.silent());
            assertThat(info.whitening()).isPresent();

            RunConfiguration defaults = RunConfiguration.defaults();
            RunConfiguration configuration = defaults.with()
                    .runs(directory.resolve("runs").toUri().toString())
                    .network(NetworkChoice.of("lenet5"))
                    .data(DataChoice.of(train)
                            .with()
                            .validation(Optional.of(Validation.at(heldOut)))
                            .transforms(List.of(GlobalContrastNormalization.defaults(), Zca.defaults()))
                            .build())
                    .steps(Steps.defaults()
                            .with()
                            .epochs(1)
                            .microBatch(4)
                            .microBatches(4)
                            .build())
                    .optimization(defaults.optimization()
                            .with()
                            .optimizer(Optimizer.Adam.defaults())
                            .schedule(LearningRate.defaults().withRate(2e-3))
                            .build())
                    .resources(Resources.defaults().withWorkers(2))
                    .build();
            TrainingResult result =
                    SparkTraining.run(spark, configuration, TrainingOptions.defaults(), new SmallRuns.Heard());
            trained = result.evaluation().orElseThrow();
            model = result.exports().get(0);
            Evaluation.Request request = EvaluationRequestBuilder.builder()
                    .metrics(List.of())
                    .model(model)
                    .network(NetworkChoice.of(""))
                    .data(heldOut)
                    .transforms(new Transforms(List.of()))
                    .batch(4)
                    .engine(new EngineChoice("nd4j", "cpu"))
                    .threads(1)
                    .tasks(2)
                    .build();
            assertThat(Evaluation.run(spark, request, (rows, all) -> {})).isEqualTo(trained);
            Transforms plain = Transforms.of(new Normalize(List.of(0.5), List.of(0.25)));
            Evaluation.Request unwhitened = request.withTransforms(plain);
            assertThat(Evaluation.run(spark, unwhitened, (rows, all) -> {}).loss())
                    .isNotCloseTo(trained.loss(), within(1e-3));
        }
        int correct = 0;
        double loss = 0;
        try (Prediction prediction = Prediction.open(
                new Configuration(), model, Optional.empty(), new EngineChoice("nd4j", "cpu"), Orientation.AS_STORED)) {
            for (int id = 0; id < HELD_OUT; id++) {
                ImageRow row = picture(id, 2);
                List<PictureModel.Guess> guesses = prediction.predict(png(row), 2);
                correct += guesses.get(0).index() == row.label() ? 1 : 0;
                loss -= Math.log(guesses.stream()
                        .filter(guess -> guess.index() == row.label())
                        .findFirst()
                        .orElseThrow()
                        .probability());
            }
        }
        assertThat((long) correct).isEqualTo(trained.top1());
        assertThat(loss / HELD_OUT).isCloseTo(trained.loss(), within(1e-5));
    }
}
