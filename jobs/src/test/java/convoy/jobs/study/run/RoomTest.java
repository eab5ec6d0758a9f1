package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.schedule.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RoomTest {
    @Test
    void aTrialThatFittedOnceIsNotRefusedForAMomentsLack() {
        AtomicInteger tasks = new AtomicInteger();
        Room room = new Room(() -> Map.of(Place.ANYWHERE, tasks.get()), 2);
        assertThat(room.inAll()).isZero();
        tasks.set(1);
        assertThat(room.inAll()).isEqualTo(1);
        tasks.set(4);
        assertThat(room.inAll()).isEqualTo(4);
        tasks.set(0);
        assertThat(room.inAll()).isEqualTo(2);
    }

    @Test
    void everyKindIsAPlaceOfItsOwn() {
        Map<Place, Integer> now = new HashMap<>(Map.of(new Place("avx2"), 3, new Place("avx512"), 1));
        Room room = new Room(() -> now, 2);
        assertThat(room.workers()).isEqualTo(now);
        assertThat(room.inAll()).isEqualTo(4);
        now.remove(new Place("avx2"));
        now.remove(new Place("avx512"));
        assertThat(room.workers()).isEqualTo(Map.of(new Place("avx2"), 2));
    }
}
