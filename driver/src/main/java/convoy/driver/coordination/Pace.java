package convoy.driver.coordination;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the time says of the step that is being computed: whether somebody is late, or nothing moves. What a step may take is what the
 * workers that can be counted on take for their shares, and what goes by beside that: for them, too, so that a straggler's lateness never
 * makes the next one more patient. Guarded by the coordinator.
 */
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
    private boolean disturbed;
    /** How many times over the step may stand still before that is told. */
    private double untold = 1;

    private @Nullable Double besides;

    Pace(long now) {
        begin(now);
    }

    /** The step begins now. */
    void begin(long now) {
        since = now;
        lastChange = now;
        disturbed = false;
        untold = 1;
    }

    /** The step has not begun yet: there is an evaluation before it. */
    void hold(long now) {
        since = now;
    }

    /** Others compute from now on, or more than before: they are given time. */
    void changed(long now) {
        lastChange = now;
        disturbed = true;
    }

    /** Time has passed in which nobody could be heard. */
    void forgive(long nanos) {
        since += nanos;
        lastChange += nanos;
        disturbed = true;
    }

    /**
     * The step is done.
     *
     * @param beside time that workers who can be counted on had needed beside what their shares take, each from the step's beginning
     */
    void done(List<Double> beside) {
        if (!disturbed && !beside.isEmpty()) {
            // The lower median: one among them that is slow for no reason known does not count.
            double middle = beside.stream().sorted().toList().get((beside.size() - 1) / 2);
            besides = Member.mean(besides, Math.max(0, middle));
        }
    }

    Duration age(long now) {
        return Duration.ofNanos(now - since);
    }

    /** Since the step's beginning. */
    double taken(long now) {
        return (double) (now - since);
    }

    /**
     * Whether it has taken so long that, if nobody reported anything of it, nobody will.
     *
     * @param shares time that the longest share of who can be counted on takes; 0 if that is not known
     */
    boolean isStalled(long now, double shares) {
        return waited(now) > stall(shares);
    }

    /** Whether the step has taken so long, whatever changed meanwhile, that this is to be told: then, after twice as long, and so on. */
    boolean isToBeTold(long now, double shares) {
        boolean telling = taken(now) > untold * stall(shares);
        untold *= telling ? 2 : 1;
        return telling;
    }

    /** Whether who has not reported yet is late. */
    boolean isLate(long now, double shares) {
        return waited(now) > patience(shares);
    }

    /** So long is waited for one that is late. */
    double patience(double shares) {
        return Math.max((double) LEAST_PATIENCE, LATE * typical(shares));
    }

    private double stall(double shares) {
        return Math.max((double) LEAST_STALL, STALLED * typical(shares));
    }

    private double waited(long now) {
        return (double) (now - Math.max(since, lastChange));
    }

    private double typical(double shares) {
        return besides == null ? (double) FIRST_PATIENCE : shares + besides;
    }
}
