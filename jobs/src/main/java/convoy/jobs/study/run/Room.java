package convoy.jobs.study.run;

import convoy.jobs.study.schedule.Capacity;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.parameterserver.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The room of an application. Executors come late and are lost and replaced, so that it is waited for at the beginning, and a trial that
 * has fitted once is not refused for the lack of one for a moment.
 */
final class Room implements Capacity {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Supplier<Map<TrialPlace, Integer>> tasks;
    private final int widest;
    private final Set<TrialPlace> sufficed = new TreeSet<>();

    /**
     * @param tasks that run at a time now
     * @param widest workers of the trial that has most
     */
    Room(Supplier<Map<TrialPlace, Integer>> tasks, int widest) {
        this.tasks = tasks;
        this.widest = widest;
    }

    @Override
    public Map<TrialPlace, Integer> workers() {
        Map<TrialPlace, Integer> now = new TreeMap<>(tasks.get());
        now.forEach((place, room) -> {
            if (room >= widest) {
                sufficed.add(place);
            }
        });
        sufficed.forEach(place -> now.merge(place, widest, Math::max));
        return now;
    }

    /** The same of all places together. */
    int inAll() {
        return workers().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Waits until the widest trial has room and no more room has come for a while, or for so long. */
    void await(Clock clock, Duration most, Duration calm) throws InterruptedException {
        AtomicInteger before = new AtomicInteger();
        AtomicLong since = new AtomicLong(clock.nanoTime());
        await(clock, most, () -> {
            int now = inAll();
            if (before.getAndSet(now) != now) {
                since.set(clock.nanoTime());
            }
            return workers().values().stream().anyMatch(room -> room >= widest)
                    && clock.nanoTime() - since.get() >= calm.toNanos();
        });
    }

    /** Waits until something is so, or for so long. */
    static void await(Clock clock, Duration most, BooleanSupplier isSo) throws InterruptedException {
        long begun = clock.nanoTime();
        while (!isSo.getAsBoolean() && clock.nanoTime() - begun < most.toNanos()) {
            clock.pause(LOOK);
        }
    }
}
