package convoy.jobs.retrain.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final Day day = new Day(Instant.parse("2026-11-28T00:59:30Z"));
    private final List<String> notices = new ArrayList<>();
    private final List<Instant> starts = new ArrayList<>();

    private void run(String line, int count, Scheduler.Job job) throws InterruptedException {
        new Scheduler(Timetable.parse(line, "UTC", day.now()), day, notices::add)
                .run(
                        due -> {
                            starts.add(day.now());
                            job.start(due);
                        },
                        OptionalInt.of(count));
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-28T" + time + "Z");
    }

    @Test
    void startsWhenItIsTime() throws InterruptedException {
        run("0 * * * *", 3, due -> day.pass(Duration.ofMinutes(10)));
        assertThat(starts).containsExactly(at("01:00:00"), at("02:00:00"), at("03:00:00"));
        assertThat(notices)
                .containsExactly(
                        "the next start is at 2026-11-28 01:00 UTC",
                        "the next start is at 2026-11-28 02:00 UTC",
                        "the next start is at 2026-11-28 03:00 UTC");
    }

    @Test
    void nothingOverlapsAndWhatIsMissedIsTold() throws InterruptedException {
        run("0 * * * *", 2, due -> day.pass(Duration.ofMinutes(150)));
        assertThat(starts).containsExactly(at("01:00:00"), at("04:00:00"));
        assertThat(notices)
                .contains("2 starts until 2026-11-28 03:00 UTC were missed, as the one before was still at work");
    }

    @Test
    void oneThatEndsWhenTheNextIsDueLeavesThatOneOut() throws InterruptedException {
        run("0 * * * *", 2, due -> day.pass(Duration.ofMinutes(60)));
        assertThat(starts).containsExactly(at("01:00:00"), at("03:00:00"));
        assertThat(notices)
                .contains("1 start until 2026-11-28 02:00 UTC was missed, as the one before was still at work");
    }

    @Test
    void aMachineThatSleptStartsOnceAndSaysSo() throws InterruptedException {
        day.sleepsInTheNextWait(Duration.ofMinutes(130));
        run("0 * * * *", 2, due -> day.pass(Duration.ofMinutes(1)));
        assertThat(starts).hasSize(2);
        assertThat(starts.get(0)).isBetween(at("03:09:00"), at("03:11:00"));
        assertThat(starts.get(1)).isEqualTo(at("04:00:00"));
        assertThat(notices.get(1))
                .matches(
                        "the start of 2026-11-28 01:00 UTC comes 2:0\\d:\\d\\d late: this machine was asleep, or its clock"
                                + " was set; it stands for 2 starts after it too");
    }

    @Test
    void aClockThatIsPutBackStartsNothingTwice() throws InterruptedException {
        run("0 * * * *", 3, due -> {
            if (starts.size() == 1) {
                day.putBack(Duration.ofMinutes(30));
            }
        });
        assertThat(starts).containsExactly(at("01:00:00"), at("02:00:00"), at("03:00:00"));
    }

    @Test
    void moreThanCanBeReadAreNotCounted() throws InterruptedException {
        run("* * * * *", 2, due -> day.pass(Duration.ofDays(starts.size() == 1 ? 2 : 0)));
        assertThat(notices)
                .anyMatch(notice -> notice.startsWith("more than 1,000 starts until 2026-11-30 01:00 UTC were missed"));
        assertThat(starts.get(1)).isEqualTo(Instant.parse("2026-11-30T01:01:00Z"));
    }

    @Test
    void itEndsWhenItIsInterrupted() {
        assertThatThrownBy(() -> run("0 * * * *", 5, due -> {
                    throw new InterruptedException("that is all");
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(starts).hasSize(1);
    }

    /** A clock that goes on when somebody waits. */
    private static final class Day implements Clock {
        private Instant now;
        private Duration sleep = Duration.ZERO;

        Day(Instant now) {
            this.now = now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }

        void putBack(Duration time) {
            now = now.minus(time);
        }

        void sleepsInTheNextWait(Duration time) {
            sleep = time;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public Wakeup wakeup() {
            return new Wakeup() {
                @Override
                public void signal() {
                    throw new UnsupportedOperationException("nobody signals");
                }

                @Override
                public void await(long millis) {
                    // Threads are told in whole milliseconds and get a little more; the test is not about that little.
                    pass(Duration.ofMillis(millis).plus(sleep));
                    now = Instant.ofEpochSecond(now.getEpochSecond());
                    sleep = Duration.ZERO;
                }
            };
        }

        @Override
        public long nanoTime() {
            throw new UnsupportedOperationException("the time of day decides");
        }

        @Override
        public ExecutorService pool(String name, int threads) {
            throw new UnsupportedOperationException("nobody works beside it");
        }

        @Override
        public ScheduledExecutorService timer(String name) {
            throw new UnsupportedOperationException("nothing is done later");
        }
    }
}
