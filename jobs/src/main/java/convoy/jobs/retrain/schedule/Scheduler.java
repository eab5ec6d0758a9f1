package convoy.jobs.retrain.schedule;

import convoy.jobs.output.Durations;
import convoy.parameterserver.time.Clock;
import convoy.records.text.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Starts something at each moment of a timetable, one after the other on the caller's thread: what is due while the one before still runs
 * is not made up for, and told. So is a start that comes late, as on a machine that was asleep.
 *
 * <p>The time of day decides here, since people gave it: after each short wait it is looked at again, so that a clock that was set does no
 * more than shift the next start. A moment that was started once is not started again when the clock is put back.
 */
public final class Scheduler {
    /** After so long the clock is looked at again. */
    private static final Duration LOOK = Duration.ofSeconds(20);

    /** A start is late after so long. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** More missed starts are not counted. */
    private static final int MOST_COUNTED = 1_000;

    private final Timetable timetable;
    private final Clock clock;
    private final Consumer<String> notices;

    /** What is started. */
    @FunctionalInterface
    public interface Job {
        /**
         * Does it, and deals with its own failures.
         *
         * @param due when it was to start
         * @throws InterruptedException if the scheduler is to end
         */
        void start(Instant due) throws InterruptedException;
    }

    /**
     * A scheduler that has not begun.
     *
     * @param timetable says when
     * @param clock by which it waits
     * @param notices hears of the next start, and of those that were missed
     */
    public Scheduler(Timetable timetable, Clock clock, Consumer<String> notices) {
        this.timetable = timetable;
        this.clock = clock;
        this.notices = notices;
    }

    /**
     * Goes on until it is interrupted, or has started so often.
     *
     * @param job what is started
     * @param starts after how many it ends; empty: never
     * @throws InterruptedException if it is to end before that
     */
    public void run(Job job, OptionalInt starts) throws InterruptedException {
        Instant from = clock.now();
        for (int started = 0; starts.isEmpty() || started < starts.getAsInt(); started++) {
            Instant due = timetable.next(from);
            notices.accept("the next start is at " + timetable.text(due));
            awaitMoment(due);
            Instant begun = clock.now();
            Instant last = tellLate(due, begun);
            job.start(due);
            from = tellMissed(last, clock.now());
        }
    }

    private void awaitMoment(Instant due) throws InterruptedException {
        for (Instant now = clock.now(); now.isBefore(due); now = clock.now()) {
            Duration left = Duration.between(now, due);
            // Whole milliseconds are waited for, and a moment is not to be missed by part of one.
            clock.pause(left.compareTo(LOOK) < 0 ? left.plusMillis(1) : LOOK);
        }
    }

    /** Returns the last moment of the timetable that this start stands for. */
    private Instant tellLate(Instant due, Instant begun) {
        if (!begun.isAfter(due.plus(LATE))) {
            return due;
        }
        Passed passed = passed(due, begun);
        notices.accept("the start of " + timetable.text(due) + " comes " + Durations.text(Duration.between(due, begun))
                + " late: this machine was asleep, or its clock was set"
                + (passed.count() == 0 ? "" : "; it stands for " + passed.text() + " after it too"));
        return passed.last();
    }

    /** Returns from when on the next one is looked for. */
    private Instant tellMissed(Instant last, Instant ended) {
        Passed passed = passed(last, ended);
        if (passed.count() > 0) {
            notices.accept(passed.text() + " until " + timetable.text(passed.last())
                    + (passed.count() == 1 ? " was" : " were") + " missed, as the one before was still at work");
        }
        return ended.isAfter(passed.last()) ? ended : passed.last();
    }

    /** Moments that went by. */
    private record Passed(int count, Instant last) {
        String text() {
            return (count > MOST_COUNTED ? "more than " + Counts.of(MOST_COUNTED, "start") : Counts.of(count, "start"));
        }
    }

    private Passed passed(Instant after, Instant until) {
        Instant last = after;
        int count = 0;
        for (Instant next = timetable.next(after); !next.isAfter(until); next = timetable.next(next)) {
            last = next;
            count++;
            if (count > MOST_COUNTED) {
                return new Passed(count, until);
            }
        }
        return new Passed(count, last);
    }
}
