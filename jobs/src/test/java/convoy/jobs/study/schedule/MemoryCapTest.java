package convoy.jobs.study.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.schedule.MemoryCap.Binding;
import convoy.jobs.study.schedule.MemoryCap.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Figures are given, as a gauge would: bytes that stand for gigabytes. */
final class MemoryCapTest {
    private List<Store> now = List.of();
    private Map<TrialPlace, Integer> room = Map.of(TrialPlace.ANYWHERE, 8);

    private MemoryCap cap(int widest) {
        return new MemoryCap(() -> room, () -> now, widest);
    }

    private static int most(MemoryCap cap) {
        return cap.workers().getOrDefault(TrialPlace.ANYWHERE, 0);
    }

    private void executors(long used, long limit) {
        now = List.of(new Store("memory of the executors", 2, used, used, limit));
    }

    @Test
    void eachProcessBeginsWithOneWorkerUntilSomethingIsKnown() {
        executors(20, 200);
        MemoryCap cap = cap(1);
        assertThat(most(cap)).isEqualTo(2);
        assertThat(cap.binding()).contains(new Binding(Optional.empty(), 2, 8));
        assertThat(cap.binding().orElseThrow().sentence())
                .isEqualTo("2 of 8 at once until it is known what memory they need");
        executors(60, 200);
        cap.look(2, false);
        assertThat(most(cap)).isEqualTo(2);
        // Each of two workers has taken 20, and 120 are left for six more.
        cap.look(2, true);
        assertThat(most(cap)).isEqualTo(8);
        assertThat(cap.binding()).isEmpty();
    }

    @Test
    void asManyAreLetInAsLeaveATenthFree() {
        executors(20, 200);
        MemoryCap cap = cap(1);
        executors(80, 200);
        cap.look(2, true);
        assertThat(most(cap)).as("2 + (180 - 80) / 30").isEqualTo(5);
        assertThat(cap.binding().orElseThrow().sentence()).isEqualTo("5 of 8 at once by the memory of the executors");
        // The peak counts, and not what is there when something has just ended.
        executors(30, 200);
        cap.look(2, true);
        assertThat(most(cap)).isEqualTo(5);
        executors(140, 200);
        cap.look(3, true);
        assertThat(most(cap)).as("3 + (180 - 140) / 40").isEqualTo(4);
        room = Map.of(TrialPlace.ANYWHERE, 3);
        assertThat(most(cap)).isEqualTo(3);
        assertThat(cap.binding()).isEmpty();
    }

    @Test
    void theScarcestOfAllBinds() {
        now = List.of(
                new Store("memory of the executors", 4, 40, 40, 4000), new Store("heap of the driver", 1, 10, 10, 100));
        MemoryCap cap = cap(1);
        assertThat(most(cap)).as("the driver is no place for workers").isEqualTo(4);
        now = List.of(
                new Store("memory of the executors", 4, 80, 80, 4000), new Store("heap of the driver", 1, 70, 70, 100));
        cap.look(4, true);
        assertThat(cap.binding()).contains(new Binding(Optional.of("heap of the driver"), 5, 8));
    }

    /** A heap fills with garbage up to its limit, whoever works in it: it takes room, and is no need of a worker. */
    @Test
    void garbageTakesRoomAndIsNoNeed() {
        now = List.of(new Store("memory of the executors", 1, 20, 20, 200));
        MemoryCap cap = cap(1);
        now = List.of(new Store("memory of the executors", 1, 100, 30, 200));
        cap.look(1, true);
        assertThat(most(cap)).as("1 + (180 - 100) / 10 > 8").isEqualTo(8);
        now = List.of(new Store("memory of the executors", 1, 170, 60, 200));
        cap.look(4, true);
        assertThat(most(cap)).as("4 + (180 - 170) / 10").isEqualTo(5);
        now = List.of(new Store("memory of the executors", 1, 185, 70, 200));
        cap.look(5, true);
        assertThat(most(cap)).as("5 - 1").isEqualTo(4);
        // What is not given back when trials end does not stop those after them.
        now = List.of(new Store("memory of the executors", 1, 185, 30, 200));
        cap.look(1, true);
        cap.look(0, true);
        assertThat(most(cap)).isEqualTo(4);
    }

    @Test
    void oneTrialIsAlwaysLetIn() {
        executors(20, 200);
        MemoryCap cap = cap(3);
        assertThat(most(cap)).isEqualTo(3);
        executors(199, 200);
        cap.look(3, true);
        assertThat(most(cap)).isEqualTo(3);
    }

    @Test
    void anExecutorMoreIsNoNeedOfWorkers() {
        executors(20, 200);
        MemoryCap cap = cap(1);
        executors(80, 200);
        cap.look(2, true);
        now = List.of(new Store("memory of the executors", 4, 100, 100, 400));
        cap.look(2, true);
        room = Map.of(TrialPlace.ANYWHERE, 20);
        // Each of four processes may come to the 40 that one of two had come to.
        assertThat(most(cap)).as("2 + (360 - 160) / 30").isEqualTo(8);
    }

    @Test
    void whereNothingIsKnownOfMemoryAllOfTheRoomIsUsed() {
        MemoryCap cap = cap(1);
        cap.look(4, true);
        assertThat(most(cap)).isEqualTo(8);
    }

    @Test
    void placesShareWhatMemoryLetsIn() {
        room = Map.of(new TrialPlace("avx2"), 6, new TrialPlace("avx512"), 2);
        executors(20, 200);
        MemoryCap cap = cap(1);
        executors(100, 200);
        cap.look(2, true);
        assertThat(cap.workers())
                .as("4 of 8")
                .isEqualTo(Map.of(new TrialPlace("avx2"), 3, new TrialPlace("avx512"), 1));
    }
}
