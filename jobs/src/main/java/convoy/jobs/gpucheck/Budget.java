package convoy.jobs.gpucheck;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How much time there is.
 *
 * @param nanos the clock
 * @param end on that clock
 */
record Budget(LongSupplier nanos, long end) {
    /** One that begins now. */
    static Budget of(LongSupplier nanos, Duration total) {
        return new Budget(nanos, nanos.getAsLong() + total.toNanos());
    }

    /** Negative once it is overdrawn. */
    Duration left() {
        return Duration.ofNanos(end - nanos.getAsLong());
    }

    boolean allows(Duration duration) {
        return left().compareTo(duration) >= 0;
    }

    /** What remains of it if others need so much, yet no less than this from now on. */
    Budget reserving(Duration others, Duration least) {
        return new Budget(nanos, Math.min(end, Math.max(end - others.toNanos(), nanos.getAsLong() + least.toNanos())));
    }
}
