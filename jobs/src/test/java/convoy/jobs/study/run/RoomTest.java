package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.schedule.TrialPlace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RoomTest {
    @Test
    void aTrialThatFittedOnceIsNotRefusedForAMomentsLack() {
        AtomicInteger tasks = new AtomicInteger();
        Room room = new Room(() -> Map.of(TrialPlace.ANYWHERE, tasks.get()), 2);
        assertThat(room.inAll()).isZero();
        tasks.set(1);
        assertThat(room.inAll()).isEqualTo(1);
        tasks.set(4);
        assertThat(room.inAll()).isEqualTo(4);
        tasks.set(0);
        assertThat(room.inAll()).isEqualTo(2);
    }

    /** Executors of one application come one after the other: how many trials there is room for is known when no more come. */
    @Test
    void executorsThatComeOneAfterTheOtherAreAllWaitedFor() throws InterruptedException {
        HandClock clock = new HandClock();
        Room room = new Room(
                () -> Map.of(TrialPlace.ANYWHERE, (int)
                        Math.min(6, Duration.ofNanos(clock.nanoTime()).toSeconds())),
                2);
        room.await(clock, Duration.ofMinutes(2), Duration.ofSeconds(3));
        assertThat(room.inAll()).isEqualTo(6);
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofSeconds(9).toNanos());
    }

    @Test
    void whoNeverComesIsWaitedForInVainSoLong() throws InterruptedException {
        HandClock clock = new HandClock();
        Room room = new Room(() -> Map.of(TrialPlace.ANYWHERE, 1), 2);
        room.await(clock, Duration.ofMinutes(2), Duration.ofSeconds(3));
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofMinutes(2).toNanos());
    }

    @Test
    void everyKindIsAPlaceOfItsOwn() {
        Map<TrialPlace, Integer> now = new HashMap<>(Map.of(new TrialPlace("avx2"), 3, new TrialPlace("avx512"), 1));
        Room room = new Room(() -> now, 2);
        assertThat(room.workers()).isEqualTo(now);
        assertThat(room.inAll()).isEqualTo(4);
        now.remove(new TrialPlace("avx2"));
        now.remove(new TrialPlace("avx512"));
        assertThat(room.workers()).isEqualTo(Map.of(new TrialPlace("avx2"), 2));
    }
}
