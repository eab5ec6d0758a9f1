package convoy.tests.virtual;

import convoy.architectures.random.RandomStream;
import java.time.Duration;

/** How long messages take, drawn from a seed: each seed is another schedule of what happens. */
final class Delays {
    private static final long LEAST_NANOS = 50_000;

    /** So often may the least be doubled. */
    private static final int DOUBLINGS = 6;

    private final RandomStream random;

    Delays(long seed) {
        this.random = RandomStream.of(seed, "delays of messages", 0);
    }

    /** From 0.05 to 6.4 ms, as often below 0.4 as above. */
    Duration next() {
        long least = LEAST_NANOS << random.nextInt(DOUBLINGS + 1);
        return Duration.ofNanos(least + random.nextInt((int) least));
    }
}
