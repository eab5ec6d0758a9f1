package convoy.tests.virtual;

import convoy.architectures.random.RandomStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long messages take, drawn from a seed: each seed is another schedule of what happens. Beside that what a process sends may be slow, and
 * two processes may be cut off from each other for a while: what they send then arrives afterwards, as packets that are sent again do.
 */
public final class Delays {
    private static final long LEAST_NANOS = 50_000;

    /** So often may the least be doubled. */
    private static final int DOUBLINGS = 6;

    private final RandomStream random;

    /** By process, how much longer what it sends takes. */
    private final Map<String, Duration> slow = new TreeMap<>();

    /** By both processes, until when. */
    private final Map<String, Long> cut = new TreeMap<>();

    public Delays(long seed) {
        this.random = RandomStream.of(seed, "delays of messages", 0);
    }

    /** From now on what a process sends takes so much longer. */
    public void slow(VirtualProcess from, Duration longer) {
        slow.put(from.name(), longer);
    }

    /** Two processes hear nothing of each other for a while. */
    public void cut(VirtualProcess one, VirtualProcess other, Duration pause) {
        long until = one.nanoTime() + pause.toNanos();
        cut.merge(pair(one, other), until, Math::max);
        cut.merge(pair(other, one), until, Math::max);
    }

    private static String pair(VirtualProcess from, VirtualProcess to) {
        return from.name() + " to " + to.name();
    }

    /** How long a message from one process to another takes that is sent now. */
    Duration next(VirtualProcess from, VirtualProcess to) {
        Duration usual = next().plus(slow.getOrDefault(from.name(), Duration.ZERO));
        long held = cut.isEmpty() ? 0 : cut.getOrDefault(pair(from, to), 0L) - from.nanoTime();
        return held > 0 ? usual.plusNanos(held) : usual;
    }

    /** From 0.05 to 6.4 ms, as often below 0.4 as above. */
    Duration next() {
        long least = LEAST_NANOS << random.nextInt(DOUBLINGS + 1);
        return Duration.ofNanos(least + random.nextInt((int) least));
    }
}
