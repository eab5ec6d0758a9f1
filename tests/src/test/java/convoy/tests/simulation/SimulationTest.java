package convoy.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.groups.LongTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of runs in virtual time, each with the faults of its seed. {@code -Dsimulation.seed=17} runs one of them and says all it told;
 * {@code -Dsimulation.schedules=100000} has the long form run more.
 */
@Timeout(300)
final class SimulationTest {
    private static final int SHORT = Integer.getInteger("simulation.short", 2000);
    private static final int LONG = Integer.getInteger("simulation.schedules", 100_000);
    private static final long FIRST = Long.getLong("simulation.first", 0);

    private static final int PARTS = 2;

    @BeforeAll
    static void prepare(@TempDir Path directory) throws Exception {
        Setting.prepare(directory);
        // Of faults that are meant to happen.
        Configurator.setLevel("convoy", Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        Configurator.setLevel("convoy", Level.WARN);
    }

    /** One thread for each of two cores, which begin with the even and with the odd seeds. */
    private static void requireSound(long first, long seeds) throws Exception {
        Tally tally = new Tally();
        List<Thread> threads = new ArrayList<>();
        for (int part = 0; part < Math.min(seeds, PARTS); part++) {
            long begin = first + part;
            Thread thread = new Thread(
                    () -> {
                        for (long seed = begin; seed < first + seeds; seed += PARTS) {
                            Schedule schedule = Schedule.of(seed);
                            tally.add(schedule, Simulation.run(schedule));
                        }
                    },
                    "simulation " + part);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(tally.line());
        assertThat(tally.schedules()).isEqualTo(seeds);
        assertThat(tally.failures()).as(tally.line()).isEmpty();
    }

    @Test
    void whateverHappensTheModelIsThatOfThePlainSum() throws Exception {
        if (Long.getLong("simulation.seed") != null) {
            requireSound(Long.getLong("simulation.seed"), 1);
        } else {
            requireSound(FIRST, SHORT);
        }
    }

    @Test
    void aSeedIsASchedule() {
        for (long seed = 0; seed < 6; seed++) {
            assertThat(Simulation.run(Schedule.of(seed))).isEqualTo(Simulation.run(Schedule.of(seed)));
        }
    }

    @LongTest
    @Test
    @Timeout(36_000)
    void whateverHappensManyTimes() throws Exception {
        requireSound(FIRST, LONG);
    }
}
