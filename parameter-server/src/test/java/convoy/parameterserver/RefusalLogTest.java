package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import convoy.parameterserver.transport.RefusalLog;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

/** However many are refused, the log has a line a minute. */
final class RefusalLogTest {
    /** A clock that goes on when it is told to. */
    private static final class Hand implements Clock {
        private Duration passed = Duration.ofDays(1);

        @Override
        public long nanoTime() {
            return passed.toNanos();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plus(passed);
        }

        @Override
        public Wakeup wakeup() {
            return Clock.system().wakeup();
        }

        @Override
        public ExecutorService pool(String name, int threads) {
            return Clock.system().pool(name, threads);
        }

        @Override
        public ScheduledExecutorService timer(String name) {
            return Clock.system().timer(name);
        }
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersTogether() {
        Hand clock = new Hand();
        RefusalLog refusals = new RefusalLog(clock);
        try (Log log = Log.listen()) {
            refusals.refuse("the first");
            for (int i = 0; i < 1_000; i++) {
                refusals.refuse("number " + i);
            }
            refusals.count();
            assertThat(log.lines()).containsExactly("WARN the first");
            clock.passed = clock.passed.plusSeconds(59);
            refusals.tell();
            assertThat(log.lines()).hasSize(1);
            clock.passed = clock.passed.plusSeconds(1);
            refusals.tell();
            refusals.tell();
            assertThat(log.lines())
                    .containsExactly(
                            "WARN the first", "WARN 1000 refusals since the last line, the last of them: number 999");
            clock.passed = clock.passed.plusSeconds(60);
            refusals.tell();
            assertThat(log.lines()).as("nothing to tell").hasSize(2);
            refusals.refuse("another");
            assertThat(log.lines()).hasSize(3).last().isEqualTo("WARN another");
        }
        assertThat(refusals.refused()).isEqualTo(1_003);
    }
}
