package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProcessEndTest {
    @AfterEach
    void beATestAgain() {
        System.clearProperty("spark.master");
        System.clearProperty("spark.submit.deployMode");
    }

    private static void beTheApplicationMaster() {
        System.setProperty("spark.master", "yarn");
        System.setProperty("spark.submit.deployMode", "cluster");
    }

    /** What it tells YARN of a failure, {@code convoy.tests.YarnTest} sees. */
    @Test
    void anApplicationThatSparkKnowsOfIsLeftToSpark() throws Exception {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[1]"), "end", Map.of("spark.ui.enabled", "false"), RunSize.ofAnything())) {
            assertThat(spark.context().isLocal()).isTrue();
        }
        beTheApplicationMaster();
        assertThatCode(ProcessEnd.DONE::happen).doesNotThrowAnyException();
    }
}
