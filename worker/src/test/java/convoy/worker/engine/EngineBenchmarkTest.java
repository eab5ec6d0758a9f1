package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineBenchmarkTest {
    private static final EngineProvider ND4J = Engines.find("nd4j", Device.CPU);
    private static final Network NETWORK = Catalogue.build("lenet5", NetworkArguments.defaults());

    @Test
    void measuresEnginesSideBySide() throws InterruptedException {
        EngineBenchmark.Speed speed = EngineBenchmarkBuilder.builder()
                .provider(ND4J)
                .network(NETWORK)
                .options(EngineOptions.cpu())
                .batch(8)
                .engines(2)
                .inStep(false)
                .duration(Duration.ofMillis(200))
                .build()
                .run();
        assertThat(speed.steps()).isGreaterThan(2);
        double perEngine = 8 / speed.secondsPerStep();
        assertThat(speed.imagesPerSecond()).isBetween(perEngine / 10, perEngine * 4);
    }

    /** Engines in step have made the same number of steps; the faster one's steps last as long as the other's. */
    @Test
    void measuresEnginesInStep() throws InterruptedException {
        EngineBenchmark.Speed speed = EngineBenchmarkBuilder.builder()
                .provider(ND4J)
                .network(NETWORK)
                .options(EngineOptions.cpu())
                .batch(8)
                .engines(3)
                .inStep(true)
                .duration(Duration.ofMillis(200))
                .build()
                .run();
        assertThat(speed.steps()).isPositive();
        assertThat(speed.steps() % 3).isZero();
    }

    /** The second of its engines fails in one of its steps, the first one of which is number 0; -1 is before that. */
    private record Failing(int step, AtomicInteger compiled) implements EngineProvider {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String release() {
            return "1";
        }

        @Override
        public Optional<String> unavailable(Device device) {
            return Optional.empty();
        }

        @Override
        public Engine compile(Network network, EngineOptions options) {
            int number = compiled.incrementAndGet();
            if (number == 2 && step == -1) {
                throw new IllegalStateException("failed on purpose");
            }
            return new Engine() {
                @Override
                public void setParameters(float[] flat) {}

                @Override
                public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
                    if (number == 2 && key.step() == step) {
                        throw new IllegalStateException("failed on purpose");
                    }
                    return new GradientResult(batch.examples(), 0, 0, 0);
                }

                @Override
                public float[] predict(Batch batch) {
                    throw new AssertionError("nobody asked");
                }

                @Override
                public void close() {}
            };
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "3, true", "4, true", "1000, true", "4, false"})
    @Timeout(20)
    void anEngineThatFailsEndsItForAll(int step, boolean inStep) {
        EngineProvider failing = new Failing(step, new AtomicInteger());
        assertThatThrownBy(() -> EngineBenchmarkBuilder.builder()
                        .provider(failing)
                        .network(NETWORK)
                        .options(EngineOptions.cpu())
                        .batch(8)
                        .engines(3)
                        .inStep(inStep)
                        .duration(Duration.ofSeconds(1))
                        .build()
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("failed on purpose");
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatThrownBy(() -> EngineBenchmarkBuilder.builder()
                        .provider(ND4J)
                        .network(NETWORK)
                        .options(EngineOptions.cpu())
                        .batch(0)
                        .engines(1)
                        .inStep(false)
                        .duration(Duration.ofSeconds(1))
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("batch = 0");
        assertThatThrownBy(() -> EngineBenchmarkBuilder.builder()
                        .provider(ND4J)
                        .network(NETWORK)
                        .options(EngineOptions.cpu())
                        .batch(8)
                        .engines(0)
                        .inStep(false)
                        .duration(Duration.ofSeconds(1))
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("engines = 0");
        assertThatThrownBy(() -> EngineBenchmarkBuilder.builder()
                        .provider(ND4J)
                        .network(NETWORK)
                        .options(EngineOptions.cpu())
                        .batch(8)
                        .engines(1)
                        .inStep(false)
                        .duration(Duration.ZERO)
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("duration = PT0S");
    }
}
