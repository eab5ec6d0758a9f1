package convoy.driver.training;

import convoy.driver.configuration.Patience;
import java.time.Duration;

/**
 * How long a run waits for what.
 *
 * @param start for all workers and servers asked for, before beginning with those that are there
 * @param anyone for a first worker and server, before giving up
 * @param silent without a sign of life from a worker, before its micro-batches are given to others
 * @param lost without a sign of life from a server, before its ranges are restored elsewhere
 * @param trouble without a step done, before lost executors and failures that may pass end the run
 */
record Deadlines(Duration start, Duration anyone, Duration silent, Duration lost, Duration trouble) {
    /** What was configured. */
    static Deadlines of(Patience patience) {
        return new Deadlines(
                seconds(patience.start()),
                seconds(patience.anyone()),
                seconds(patience.silent()),
                seconds(patience.lost()),
                seconds(patience.trouble()));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
