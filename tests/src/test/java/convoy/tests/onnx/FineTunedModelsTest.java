package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that PyTorch exported, trained on with drawn pictures of four classes: each tells them apart better than by chance in the end. */
@Tag("parity")
class FineTunedModelsTest {
    private static final int EPOCHS = 10;

    @ParameterizedTest
    @ValueSource(strings = {"resnet18.train", "shufflenet_v2_x0_5.train", "mobilenet_v2.train"})
    void aModelIsTrainedOn(String name, @TempDir Path directory) throws IOException {
        Path model = Path.of(System.getProperty("parity.onnx", "nowhere"), name + ".onnx");
        assumeTrue(Files.exists(model), "no models: name their folder with -Dparity.onnx=FOLDER");
        String train = DrawnData.write(directory.resolve("train"), 240, 1);
        String validation = DrawnData.write(directory.resolve("validation"), 80, 2);
        // Batch norms that see one pixel of each image need as many images, and running statistics as many steps.
        RunConfiguration run = SmallConfiguration.on(
                        SmallConfiguration.of("theirs", directory, train, validation, "libtorch"), 1, 1)
                .withSteps(Steps.defaults()
                        .with()
                        .epochs(EPOCHS)
                        .microBatch(16)
                        .microBatches(2)
                        .build())
                .withNetwork(NetworkChoice.ofOnnx(model.toUri().toString()));
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "onnx", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            TrainingResult result = SparkTraining.run(
                    spark, run, new TrainingOptions(written -> "", Optional.empty()), new TrainingListener() {});
            assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
            double accuracy = result.evaluation().orElseThrow().top1Accuracy();
            System.out.printf(Locale.ROOT, "onnx %s: accuracy %.2f after %d epochs%n", name, accuracy, EPOCHS);
            assertThat(accuracy).isGreaterThan(0.5);
        }
    }
}
