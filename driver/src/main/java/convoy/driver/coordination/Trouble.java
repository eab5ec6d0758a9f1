package convoy.driver.coordination;

import java.time.Duration;

/**
 * Whether a run gets on in spite of what it loses. It is given up by time and not by counts: a rack that is lost costs many executors at
 * once, and an outage fails everybody again and again, and the run goes on after either. What ends it is that for so long no
 * micro-batch was done while things went wrong more than once. Guarded by the coordinator.
 */
final class Trouble {
    /** Executors lost, each after the one before had been replaced. */
    private static final int LOSSES = 3;

    private final Duration patience;
    private long since;
    private boolean any;
    private int losses;
    private long lastLoss;
    private int executors;

    Trouble(Duration patience) {
        this.patience = patience;
    }

    /** The run has got on. */
    void forget() {
        any = false;
        losses = 0;
        executors = 0;
    }

    /** Time has passed in which nothing could happen. */
    void forgive(long nanos) {
        since += nanos;
    }

    /** A worker failed by what may pass; whether that has gone on for too long. */
    boolean failed(long now) {
        begin(now);
        return isTooLong(now);
    }

    /**
     * An executor with a worker was lost; whether that has happened too often, for too long.
     *
     * @param joined when its worker had come
     */
    boolean lost(long joined, long now) {
        begin(now);
        executors++;
        if (losses == 0 || joined >= lastLoss) {
            losses++;
            lastLoss = now;
        }
        return losses >= LOSSES && isTooLong(now);
    }

    private void begin(long now) {
        if (!any) {
            any = true;
            since = now;
        }
    }

    private boolean isTooLong(long now) {
        return now - since >= patience.toNanos();
    }

    /** How many executors with workers were lost since the run has got on. */
    int executors() {
        return executors;
    }

    /** For how long nothing was done, in seconds. */
    long seconds(long now) {
        return Duration.ofNanos(now - since).toSeconds();
    }
}
