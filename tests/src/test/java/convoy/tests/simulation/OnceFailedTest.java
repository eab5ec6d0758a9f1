package convoy.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.simulation.Schedule.Checkpointing;
import convoy.tests.simulation.Schedule.Moment;
import convoy.tests.simulation.Schedule.Size;
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

/** Schedules that found something once, written out: what a seed draws changes with what can be drawn. */
@Timeout(120)
final class OnceFailedTest {
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

    private static void requireSound(Schedule schedule) {
        assertThat(Simulation.run(schedule).problem()).as("%s", schedule).isEmpty();
    }

    /** Nobody asked it again while the run waited for a server, so that it waited until its patience was over. */
    @Test
    void theOnlyServerStandsStillForAWhile() {
        requireSound(new Schedule(
                324,
                new Setting(1, 8, true),
                new Size(1, 1, 3),
                new Checkpointing(2, 1),
                false,
                List.of(at(112, new Fault.PauseExecutor(0, Duration.ofMillis(2599))))));
    }

    /** The late one took the place of the attempt that had followed it, whose task then ended, and with it the run. */
    @Test
    void theMessageOfALostExecutorsWorkerArrivesLate() {
        requireSound(new Schedule(
                90,
                new Setting(8, 80, true),
                new Size(2, 1, 2),
                new Checkpointing(5, 2),
                false,
                List.of(
                        at(73, new Fault.KillExecutor(4)),
                        at(196, new Fault.CutDriver(6, Duration.ofMillis(1024))),
                        at(439, new Fault.CutExecutors(6, 7, Duration.ofMillis(2023))),
                        at(451, new Fault.KillExecutor(3)))));
    }
}
