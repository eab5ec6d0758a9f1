package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RoomTest {
    @Test
    void aTrialThatFittedOnceIsNotRefusedForAMomentsLack() {
        AtomicInteger tasks = new AtomicInteger();
        Room room = new Room(tasks::get, 2);
        assertThat(room.workers()).isZero();
        tasks.set(1);
        assertThat(room.workers()).isEqualTo(1);
        tasks.set(4);
        assertThat(room.workers()).isEqualTo(4);
        tasks.set(0);
        assertThat(room.workers()).isEqualTo(2);
    }
}
