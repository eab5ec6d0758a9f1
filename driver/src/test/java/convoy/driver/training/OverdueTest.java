package convoy.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OverdueTest {
    private final World world = new World();
    private final List<String> notices = new ArrayList<>();

    private Overdue overdue(Duration most) {
        return new Overdue(world.machine(), most, () -> "the last checkpoint, of step 7, is not written", notices::add);
    }

    /** Looks ten times a second, until that throws or so much time has passed; returns after how many seconds. */
    private double look(Overdue overdue, int seconds) {
        double begun = world.seconds();
        for (int i = 0; i < 10 * seconds; i++) {
            overdue.check();
            world.pass(100);
        }
        return world.seconds() - begun;
    }

    @Test
    void whatTakesLongIsToldOfAndEndsTheRunOnceItHasTakenTooLong() {
        Overdue overdue = overdue(Duration.ofSeconds(100));
        assertThat(look(overdue, 29)).isEqualTo(29);
        assertThat(notices).isEmpty();
        look(overdue, 70);
        assertThat(notices)
                .containsExactly(
                        "the last checkpoint, of step 7, is not written, for 30 seconds",
                        "the last checkpoint, of step 7, is not written, for 60 seconds",
                        "the last checkpoint, of step 7, is not written, for 90 seconds");
        assertThatThrownBy(() -> look(overdue, 10))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessage(
                        "the last checkpoint, of step 7, is not written, for 100 seconds; see whether the file system"
                                + " answers, then give the same command again; patience.trouble says how long to wait");
        assertThat(world.seconds()).isBetween(100.0, 100.2);
    }

    /** Who puts up with no trouble still has files that take their time. */
    @Test
    void halfAMinuteIsGivenInAnyCase() {
        Overdue overdue = overdue(Duration.ofMillis(1));
        assertThatThrownBy(() -> look(overdue, 60)).isInstanceOf(TrainingFailedException.class);
        assertThat(world.seconds()).isBetween(30.0, 30.2);
    }
}
