package convoy.driver.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.ForkedDriver;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
}
