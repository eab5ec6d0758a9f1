package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Clock;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who and what a server turns away: all of it is counted, and the log has a line a minute at most. Whoever knocks without end fills no
 * disk. Safe for use by several threads.
 */
public final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final Clock clock;
    private final LongAdder all = new LongAdder();

    @GuardedBy("this")
    private long lastLine;

    /** Since the last line. */
    @GuardedBy("this")
    private long untold;

    @GuardedBy("this")
    private String last = "";

    /**
     * Nobody has been refused yet.
     *
     * @param clock by which a minute passes
     */
    public RefusalLog(Clock clock) {
        this.clock = clock;
        lastLine = clock.nanoTime() - PAUSE;
    }

    /** Counts one that is part of the day's work, as a request under an older incarnation. */
    public void count() {
        all.increment();
    }

    /**
     * Counts one, and tells of it now or with others.
     *
     * @param line who was refused and why
     */
    public void refuse(String line) {
        all.increment();
        synchronized (this) {
            untold++;
            last = line;
        }
        tell();
    }

    /** Tells of what has not been told, if a minute is over; to be called now and then. */
    public void tell() {
        Optional<String> line;
        synchronized (this) {
            long now = clock.nanoTime();
            if (untold == 0 || now - lastLine < PAUSE) {
                return;
            }
            line = Optional.of(
                    untold == 1
                            ? last
                            : Counts.plain(untold, "refusal") + " since the last line, the last of them: " + last);
            lastLine = now;
            untold = 0;
        }
        line.ifPresent(text -> LOG.warn("{}", text));
    }

    /** {@return how many there have been} */
    public long refused() {
        return all.sum();
    }
}
