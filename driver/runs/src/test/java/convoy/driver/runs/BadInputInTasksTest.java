package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.NetworkChoice;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.WhiteningConfiguration;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.driver.spark.importing.WhiteningJob;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input that a task comes upon ends the job with one line: no task of it fails for Spark, and none is tried again. */
final class BadInputInTasksTest {
    private static final AtomicInteger FAILED = new AtomicInteger();
    private static final AtomicInteger AGAIN = new AtomicInteger();

    private static SmallRuns runs;
    private static SparkApplication spark;
    private static Path directory = Path.of("");

    @BeforeAll
    static void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        runs = new SmallRuns(temporary);
        spark = SparkApplication.start(
                Optional.of("local[4]"), "bad input", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
        spark.context().sc().addSparkListener(new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                AGAIN.addAndGet(start.taskInfo().attemptNumber() > 0 ? 1 : 0);
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                FAILED.addAndGet(end.taskInfo().failed() ? 1 : 0);
            }
        });
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @AfterEach
    void beGood() {
        ToyEngineProvider.beforeEachGradient(key -> {});
    }

    private static void assertToldOnce(ThrowingCallable job, String words) throws Exception {
        assertThatThrownBy(job).isInstanceOf(BadInputException.class).hasMessageContaining(words);
        spark.context().sc().listenerBus().waitUntilEmpty();
        assertThat(FAILED).hasValue(0);
        assertThat(AGAIN).hasValue(0);
    }

    @Test
    void ofATrainingWorker() throws Exception {
        ToyEngineProvider.beforeEachGradient(key -> {
            throw new BadInputException("label = 7 is no class");
        });
        assertToldOnce(
                () -> SparkTraining.run(
                        spark, runs.configuration("bad", 2, 2), TrainingOptions.defaults(), new Heard()),
                "label = 7 is no class");
    }

    @Test
    void ofAnImport() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.write(source.resolve("a.zip"), new byte[] {'P', 'K', 3, 4, 9, 9, 9, 9});
        assertToldOnce(
                () -> ImportJob.run(
                        spark.context(),
                        ImportConfiguration.of(
                                ImportConfiguration.Format.IMAGE_FOLDER,
                                source.toUri().toString(),
                                directory.resolve("imported").toUri().toString()),
                        ImportListener.silent()),
                "a.zip");
    }

    @Test
    void ofAWhitening() throws Exception {
        String data = DrawnData.write(directory.resolve("whitened"), 3200, 1);
        garble(directory.resolve("whitened/part-0.parquet"));
        assertToldOnce(
                () -> WhiteningJob.run(spark.context(), WhiteningConfiguration.of(data), ImportListener.silent()),
                "part-0.parquet");
    }

    @Test
    void ofAnEvaluation() throws Exception {
        String data = DrawnData.write(directory.resolve("scored"), 200, 1);
        TrainingResult trained =
                SparkTraining.run(spark, runs.configuration("good", 2, 2), TrainingOptions.defaults(), new Heard());
        garble(directory.resolve("scored/part-0.parquet"));
        assertToldOnce(
                () -> Evaluation.run(
                        spark,
                        EvaluationRequestBuilder.builder()
                                .metrics(List.of())
                                .model(trained.exports().get(0))
                                .network(NetworkChoice.of("resnet20_cifar"))
                                .data(data)
                                .transforms(new Transforms(List.of()))
                                .batch(16)
                                .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                                .threads(1)
                                .tasks(2)
                                .build(),
                        (done, rows) -> {}),
                "part-0.parquet");
    }

    /** The footer, which the driver reads too, is whole only if the description lists the row groups: the last bytes are changed. */
    private static void garble(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length - 4; i < bytes.length; i++) {
            bytes[i] = 0;
        }
        Files.write(file, bytes);
    }
}
