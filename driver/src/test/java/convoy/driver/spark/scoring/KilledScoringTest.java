package convoy.driver.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.ForkedDriver;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors and drivers that are killed cost time alone: the files have the bytes that they would have had. */
final class KilledScoringTest {
    /** How often the driver is killed: {@code -Dlong.tests=true} has more. */
    private static final int ROUNDS = Boolean.getBoolean("long.tests") ? 10 : 2;

    private static Map<String, String> undisturbed(Path directory, String model, String data) throws IOException {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "undisturbed", Map.of("spark.ui.enabled", "false"), new RunSize(0, 1, 0))) {
            ScoringJob.run(
                    spark,
                    ScoringRequest.of(
                                    model,
                                    data,
                                    directory.resolve("undisturbed").toUri().toString())
                            .with()
                            .top(3)
                            .batch(SmallScoring.BATCH)
                            .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                            .tasks(3)
                            .build(),
                    (done, rows) -> {});
        }
        return SmallScoring.files(directory.resolve("undisturbed"));
    }

    @Test
    void aKilledExecutorAndADriverThatIsKilledAgainAndAgain(@TempDir Path directory) throws Exception {
        String data = SmallScoring.data(directory.resolve("data"), SmallScoring.ROWS);
        String model = SmallScoring.model(directory.resolve("model.safetensors"), 1);
        Map<String, String> expected = undisturbed(directory, model, data);

        Path cluster = directory.resolve("cluster");
        List<String> printed = ForkedDriver.start(
                        directory.resolve("one"),
                        ScoringMain.class,
                        "local-cluster[2,1,1024]",
                        model,
                        data,
                        cluster.toUri().toString())
                .await(0);
        assertThat(printed).anyMatch(line -> line.startsWith("killed with "));
        assertThat(SmallScoring.files(cluster)).isEqualTo(expected);

        Path again = directory.resolve("again");
        String[] arguments = {"local[2]", model, data, again.toUri().toString()};
        Random random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            ForkedDriver driver = ForkedDriver.start(directory.resolve("round-" + round), ScoringMain.class, arguments);
            driver.awaitLine("started");
            TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(2500));
            driver.kill();
        }
        List<String> last = ForkedDriver.start(directory.resolve("last"), ScoringMain.class, arguments)
                .await(0);
        assertThat(last).anyMatch(line -> line.startsWith("before = "));
        assertThat(SmallScoring.files(again)).isEqualTo(expected);
    }
}
