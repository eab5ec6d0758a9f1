package convoy.worker.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call keeps interrupts for later, so only another thread can say that it hangs. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineThreadTest {
    @Test
    void aTaskMayCallForAnotherWhichRunsWithinIt() {
        EngineThread engine = new EngineThread("engine");
        EngineThread other = new EngineThread("other");
        assertThat(engine.<String>call(() -> Thread.currentThread().getName()
                        + engine.call(() -> "," + Thread.currentThread().getName())
                        + other.call(() -> "," + Thread.currentThread().getName())))
                .isEqualTo("engine,engine,other");
        assertThatThrownBy(() -> engine.call(() -> engine.call(() -> {
                    throw new IllegalArgumentException("inner");
                })))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inner");
        engine.stop(() -> true);
        other.stop(() -> true);
    }
}
