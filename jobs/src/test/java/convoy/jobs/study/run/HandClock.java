package convoy.jobs.study.run;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** A clock that is put on by hand, and by whoever waits. */
final class HandClock implements Clock {
    private static final Instant BEGINNING = Instant.parse("2026-02-03T04:05:06Z");

    private Duration passed = Duration.ZERO;

    void pass(Duration time) {
        passed = passed.plus(time);
    }

    @Override
    public long nanoTime() {
        return passed.toNanos();
    }

    @Override
    public Instant now() {
        return BEGINNING.plus(passed);
    }

    @Override
    public Wakeup wakeup() {
        return new Wakeup() {
            @Override
            public void signal() {
                throw new UnsupportedOperationException("nobody wakes others");
            }

            @Override
            public void await(long millis) {
                pass(Duration.ofMillis(millis));
            }
        };
    }

    @Override
    public ExecutorService pool(String name, int threads) {
        throw new UnsupportedOperationException("nobody works");
    }

    @Override
    public ScheduledExecutorService timer(String name) {
        throw new UnsupportedOperationException("nothing is done later");
    }
}
