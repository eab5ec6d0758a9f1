package convoy.driver.coordination;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the time says of the step that is being computed: whether somebody is late, or nothing moves. Guarded by the coordinator. */
final class Pace {
    /** Before a first step is done nobody is late sooner than this: engines start at different speeds. */
    static final long FIRST_PATIENCE = Duration.ofSeconds(5).toNanos();

    private static final long LEAST_PATIENCE = Duration.ofMillis(400).toNanos();
    /** A worker is late once the step has taken this many times what steps take. */
    private static final double LATE = 1.5;
    /** Nothing moves once the step has taken this many times what steps take. */
    private static final double STALLED = 8;

    private static final long LEAST_STALL = Duration.ofSeconds(10).toNanos();

    private long since;
    private long lastChange;
    private @Nullable Double typicalNanos;

    Pace(long now) {
        begin(now);
    }

    /** The step begins now. */
    void begin(long now) {
        since = now;
        lastChange = now;
    }

    /** The step has not begun yet: there is an evaluation before it. */
    void hold(long now) {
        since = now;
    }

    /** Others compute from now on, or more than before: they are given time. */
    void changed(long now) {
        lastChange = now;
    }

    /** The step is done. */
    void done(long now) {
        typicalNanos = Member.mean(typicalNanos, (double) (now - since));
    }

    Duration age(long now) {
        return Duration.ofNanos(now - since);
    }

    /** Whether it has taken so long that, if nobody reported anything of it, nobody will. */
    boolean isStalled(long now) {
        return waited(now) > Math.max((double) LEAST_STALL, STALLED * typical());
    }

    /** Whether who has not reported yet is late. */
    boolean isLate(long now) {
        return waited(now) > Math.max((double) LEAST_PATIENCE, LATE * typical());
    }

    private double waited(long now) {
        return (double) (now - Math.max(since, lastChange));
    }

    private double typical() {
        return typicalNanos == null ? (double) FIRST_PATIENCE : typicalNanos;
    }
}
