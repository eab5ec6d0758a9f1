package convoy.driver.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.ForkedDriver;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.records.BadInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class PlacesTest {
    @Test
    void tasksForAKindRunThereAloneThoughTheOtherIsIdle(@TempDir Path directory) throws Exception {
        assertThat(ForkedDriver.start(directory, PlacesMain.class).await(0))
                .contains("room: {kind-0=2, kind-1=2}", "kind-0: [0]", "kind-1: [1]");
    }

    @Test
    void aKindThatComesIsWaitedForAndOneThatDoesNotIsRefused() {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "places", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            assertThatThrownBy(() -> Places.await(spark.context(), Map::of, "avx2", Duration.ofMillis(300)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(
                            "processor = avx2 is asked for, and no executor has it: give the application executors of"
                                    + " that kind");
            AtomicInteger looks = new AtomicInteger();
            assertThat(Places.await(
                            spark.context(),
                            () -> Map.of("driver", looks.incrementAndGet() < 3 ? "base" : "avx2"),
                            "avx2",
                            Duration.ofMinutes(1)))
                    .singleElement()
                    .asString()
                    .startsWith("executor_")
                    .endsWith("_driver");
            assertThat(looks).hasValue(3);
        }
    }
}
