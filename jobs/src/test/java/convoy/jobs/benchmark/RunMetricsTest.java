package convoy.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class RunMetricsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Steps of 100 ms, two workers that compute for 80 ms; those right after every tenth take 20 ms longer. */
    private static String log(int steps) {
        StringBuilder log = new StringBuilder("{\"kind\":\"membership\",\"step\":0}\n");
        long millis = 0;
        for (int step = 1; step <= steps; step++) {
            millis += step % 10 == 1 ? 120 : 100;
            log.append(String.format(
                    Locale.ROOT,
                    "{\"kind\":\"step\",\"step\":%d,\"examples\":64,\"time\":\"%s\",\"workers\":["
                            + "{\"compute-ms\":80,\"data-wait-ms\":1,\"pull-wait-ms\":10},"
                            + "{\"compute-ms\":80,\"data-wait-ms\":3,\"pull-wait-ms\":10}]}%n",
                    step,
                    START.plusMillis(millis)));
        }
        return log.toString();
    }

    @Test
    void aRunsLogSaysWhatAStepCostsBeyondTheEngine() {
        RunMetrics figures = RunMetrics.of(log(60), 10);
        // From the end of step 11 to that of step 60: 45 steps of 100 ms and four of 120 ms.
        assertThat(figures.secondsPerStep()).isCloseTo(4.98 / 49, within(1e-9));
        assertThat(figures.imagesPerSecond()).isCloseTo(64 * 49 / 4.98, within(1e-6));
        assertThat(figures.calmImagesPerSecond()).isCloseTo(640, within(1e-6));
        assertThat(figures.computeSeconds()).isCloseTo(0.080, within(1e-9));
        assertThat(figures.beyondTheEngine()).isCloseTo(4.98 / 49 / 0.080 - 1, within(1e-9));
        assertThat(figures.dataWait()).isCloseTo(49 * 0.004 / (2 * 4.98), within(1e-9));
        assertThat(figures.pullWait()).isCloseTo(49 * 0.020 / (2 * 4.98), within(1e-9));
    }

    @Test
    void aCheckpointsStallIsToldFromTheStepsOfTheSameRun() {
        assertThat(RunMetrics.checkpointStall(log(60), 10, 10)).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void tooShortARunMeasuresNothing() {
        assertThatThrownBy(() -> RunMetrics.of(log(11), 10)).hasMessageContaining("measure longer");
        assertThatThrownBy(() -> RunMetrics.checkpointStall(log(13), 10, 10)).hasMessageContaining("measure longer");
    }
}
