package convoy.driver.training;

import convoy.driver.coordination.TrainingFailedException;
import convoy.parameterserver.time.Clock;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that waits for a file system, and that nothing can hurry: it is told of while it takes long, and ends the run once it has taken
 * longer than it may. For the run's thread.
 */
final class Overdue {
    /** Between two lines about it. */
    private static final Duration TELL = Duration.ofSeconds(30);

    private final Clock clock;
    private final Duration most;
    private final Supplier<String> what;
    private final Consumer<String> notices;
    private final long begun;
    private long told;

    /**
     * Begins now.
     *
     * @param most that it may take; 30 s are given in any case
     * @param what does not get on, and who has to do with it
     */
    Overdue(Clock clock, Duration most, Supplier<String> what, Consumer<String> notices) {
        this.clock = clock;
        this.most = most.compareTo(TELL) > 0 ? most : TELL;
        this.what = what;
        this.notices = notices;
        this.begun = clock.nanoTime();
        this.told = begun;
    }

    /** To be asked many times a second while it is not done. */
    void check() {
        long now = clock.nanoTime();
        Duration taken = Duration.ofNanos(now - begun);
        String line = what.get() + ", for " + Counts.plain(taken.toSeconds(), "second");
        if (taken.compareTo(most) > 0) {
            throw new TrainingFailedException(line + "; see whether the file system answers, then give the same command"
                    + " again; patience.trouble says how long to wait");
        }
        if (now - told >= TELL.toNanos()) {
            told = now;
            notices.accept(line);
        }
    }
}
