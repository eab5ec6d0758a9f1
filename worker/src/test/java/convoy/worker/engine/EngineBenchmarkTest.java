package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.BadInputException;
import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineBenchmarkTest {
    private static final EngineProvider ND4J = Engines.find("nd4j", Device.CPU);
    private static final Network NETWORK = Catalogue.build("lenet5", NetworkArguments.defaults());

    @Test
    void measuresEnginesSideBySide() throws InterruptedException {
        EngineBenchmark.Speed speed =
                new EngineBenchmark(ND4J, NETWORK, EngineOptions.cpu(), 8, 2, false, Duration.ofMillis(200)).run();
        assertThat(speed.steps()).isGreaterThan(2);
        double perEngine = 8 / speed.secondsPerStep();
        assertThat(speed.imagesPerSecond()).isBetween(perEngine / 10, perEngine * 4);
    }

    /** Engines in step have made the same number of steps; the faster one's steps last as long as the other's. */
    @Test
    void measuresEnginesInStep() throws InterruptedException {
        EngineBenchmark.Speed speed =
                new EngineBenchmark(ND4J, NETWORK, EngineOptions.cpu(), 8, 3, true, Duration.ofMillis(200)).run();
        assertThat(speed.steps()).isPositive();
        assertThat(speed.steps() % 3).isZero();
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatThrownBy(() ->
                        new EngineBenchmark(ND4J, NETWORK, EngineOptions.cpu(), 0, 1, false, Duration.ofSeconds(1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("batch = 0");
        assertThatThrownBy(() ->
                        new EngineBenchmark(ND4J, NETWORK, EngineOptions.cpu(), 8, 0, false, Duration.ofSeconds(1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("engines = 0");
        assertThatThrownBy(() -> new EngineBenchmark(ND4J, NETWORK, EngineOptions.cpu(), 8, 1, false, Duration.ZERO))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("duration = PT0S");
    }
}
