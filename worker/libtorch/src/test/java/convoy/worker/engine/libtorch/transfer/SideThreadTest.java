package convoy.worker.engine.libtorch.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideThreadTest {

    private static SideThread thread(boolean own) {
        return own ? SideThread.named("side", () -> {}) : SideThread.none();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatFollowsAFailureIsLeftOutAndTidiedUp(boolean own) {
        List<String> done = new CopyOnWriteArrayList<>();
        try (SideThread side = thread(own)) {
            side.run(() -> done.add("one"), () -> done.add("after one"));
            side.run(
                    () -> {
                        throw new IllegalStateException("two");
                    },
                    () -> done.add("after two"));
            side.run(() -> done.add("three"), () -> done.add("after three"));
            assertThatThrownBy(side::await)
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("two");
            side.run(() -> done.add("four"), () -> {});
            side.await();
        }
        assertThat(done).containsExactly("one", "after one", "after two", "after three", "four");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorIsThrownAsItIs(boolean own) {
        try (SideThread side = thread(own)) {
            side.run(
                    () -> {
                        throw new OutOfMemoryError("of the host");
                    },
                    () -> {});
            assertThatThrownBy(side::await).isExactlyInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(() -> SideThread.result(side.supply(() -> {
                        throw new AssertionError("result");
                    })))
                    .isExactlyInstanceOf(AssertionError.class);
            side.run(
                    () -> {
                        throw new IllegalStateException("not wanted any more");
                    },
                    () -> {});
            side.drain();
            side.await();
        }
    }

    @Test
    void whoGivesATaskGoesOnMeanwhileAndClosingWaits() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        CountDownLatch open = new CountDownLatch(1);
        SideThread side =
                SideThread.named("side", () -> done.add(Thread.currentThread().getName()));
        side.run(
                () -> {
                    try {
                        open.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    done.add("late");
                },
                () -> {});
        open.countDown();
        side.close();
        assertThat(done).containsExactly("side", "late");
    }

    /** As with a GPU that is gone: it must not wait for a thread that never begins. */
    @Test
    void aThreadThatCannotBeginFailsWhatWaitsForIt() {
        SideThread side = SideThread.named("side", () -> {
            throw new IllegalStateException("no such GPU");
        });
        side.run(() -> {}, () -> {});
        assertThatThrownBy(side::await).hasMessage("no such GPU");
        side.close();
    }
}
