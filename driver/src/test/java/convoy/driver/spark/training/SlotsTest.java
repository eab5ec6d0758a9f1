package convoy.driver.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs get places for all of their workers or none, in their turn. */
@Timeout(60)
final class SlotsTest {
    private final AtomicInteger room = new AtomicInteger(3);
    private final Slots slots = new Slots(room::get, Clock.system());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private Future<Slots.Taken> asked(int workers) {
        return threads.submit(() -> slots.take(workers));
    }

    private static void assertWaits(Future<?> taken) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(taken.isDone()).isFalse();
    }

    @Test
    void aRunBeginsWhenAllOfItsWorkersHaveAPlaceAndIsNotPassedByASmallerOne() throws Exception {
        Slots.Taken first = asked(2).get();
        Future<Slots.Taken> large = asked(3);
        assertWaits(large);
        Future<Slots.Taken> small = asked(1);
        assertWaits(small);
        first.close();
        Slots.Taken second = large.get();
        assertWaits(small);
        second.close();
        second.close();
        small.get();
        Slots.Taken beside = asked(2).get();
        assertWaits(asked(1));
        beside.close();
    }

    @Test
    void oneThatIsTooLargeBeginsAloneAndRoomThatComesIsUsed() throws Exception {
        Slots.Taken first = asked(1).get();
        Future<Slots.Taken> tooLarge = asked(5);
        assertWaits(tooLarge);
        first.close();
        tooLarge.get();
        Future<Slots.Taken> next = asked(2);
        assertWaits(next);
        room.set(7);
        next.get();
    }

    @Test
    void oneThatIsGivenUpWhileItWaitsTakesNothing() throws Exception {
        Slots.Taken first = asked(3).get();
        Future<Slots.Taken> givenUp = asked(3);
        assertWaits(givenUp);
        Future<Slots.Taken> next = asked(1);
        givenUp.cancel(true);
        first.close();
        next.get();
        asked(2).get();
        assertThatThrownBy(() -> slots.take(0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("workers = 0");
    }

    @Test
    void thereAreNeverMoreThanThereIsRoomFor() throws Exception {
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Random random = new Random(3);
        List<CompletableFuture<?>> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int workers = 1 + random.nextInt(3);
            runs.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            Slots.Taken taken = slots.take(workers);
                            most.accumulateAndGet(working.addAndGet(workers), Math::max);
                            TimeUnit.MILLISECONDS.sleep(3);
                            working.addAndGet(-workers);
                            taken.close();
                        } catch (InterruptedException interrupted) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    threads));
        }
        CompletableFuture.allOf(runs.toArray(CompletableFuture<?>[]::new)).join();
        assertThat(working).hasValue(0);
        assertThat(most).hasValue(3);
    }
}
