package convoy.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.simulation.Schedule.Checkpointing;
import convoy.tests.simulation.Schedule.Moment;
import convoy.tests.simulation.Schedule.Size;
import convoy.worker.groups.LongTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One setting on clusters of many sizes, each of which loses executors, servers and the driver: the model is the plain sum's. */
@Timeout(300)
final class AnyClusterTest {
    /** 64 micro-batches, so that 64 workers have something to do, and eight partitions for eight servers. */
    private static final Setting SETTING = new Setting(64, 220, true);

    @BeforeAll
    static void prepare(@TempDir Path directory) throws Exception {
        Setting.prepare(directory);
        Configurator.setLevel("convoy", Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        Configurator.setLevel("convoy", Level.WARN);
    }

    private static Moment at(int millis, Fault fault) {
        return new Moment(Duration.ofMillis(millis), fault);
    }

    @ParameterizedTest
    @CsvSource({"1, 8, 1", "2, 1, 2", "3, 5, 3", "7, 3, 4", "16, 2, 8", "64, 8, 16"})
    void theModelIsThePlainSums(int workers, int servers, int executors) {
        Schedule schedule = new Schedule(
                workers,
                SETTING,
                new Size(executors, workers, servers),
                new Checkpointing(3, 2),
                false,
                List.of(
                        at(120, new Fault.SlowExecutor(1, 4)),
                        at(200, new Fault.KillExecutor(0)),
                        at(450, new Fault.BreakConnections(1, 0, true)),
                        at(500, new Fault.KillExecutor(2)),
                        at(900, new Fault.KillDriver())));
        Simulation.Outcome outcome = Simulation.run(schedule);
        assertThat(outcome.problem()).as("%s", schedule).isEmpty();
        assertThat(outcome.passed()).as("the driver was killed").isGreaterThan(Duration.ofSeconds(20));
    }

    @LongTest
    @Test
    @Timeout(3600)
    void theModelIsThePlainSumsOnEveryPair() {
        for (int workers : List.of(1, 2, 3, 7, 16, 64)) {
            for (int servers = 1; servers <= 8; servers++) {
                theModelIsThePlainSums(workers, servers, Math.max(1, workers / 3));
            }
        }
    }
}
