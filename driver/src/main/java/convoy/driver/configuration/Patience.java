package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * How long to wait for what, in seconds. None of it changes the trained model.
 *
 * @param start for all workers and servers asked for, before beginning with those that are there
 * @param anyone for a first worker and server, before giving up
 * @param silent without a sign of life from a worker, before its micro-batches are given to others
 * @param lost without a sign of life from a server, before its ranges are restored elsewhere
 * @param failures of one worker in a row, with nothing done in between, that end the run
 * @param trouble without a step done, before lost executors and file systems that cannot be reached end the run
 */
@RecordBuilder
public record Patience(double start, double anyone, double silent, double lost, int failures, double trouble)
        implements PatienceBuilder.With {
    public Patience {
        positive("patience.start", start);
        positive("patience.anyone", anyone);
        positive("patience.silent", silent);
        positive("patience.lost", lost);
        positive("patience.trouble", trouble);
        Refusal.requireAtLeast("patience.failures", failures, 1, "a run ends when a worker fails this often in a row");
        if (anyone < start) {
            throw new BadInputException(Refusal.of("patience.anyone", anyone)
                    .because("< patience.start = " + start, "start")
                    .instead("giving up comes after beginning with those that are there; raise patience.anyone"));
        }
    }

    /** {@return what a run file need not say} */
    public static Patience defaults() {
        return new Patience(10, 300, 3, 15, 3, 300);
    }

    /** {@return the time after which a request that a server does not answer is made again} */
    public Duration silence() {
        return Duration.ofMillis(Math.max(1000, (long) (lost * 1000 / 3)));
    }

    private static void positive(String key, double seconds) {
        if (!(seconds > 0 && Double.isFinite(seconds))) {
            throw new BadInputException(Refusal.of(key, seconds).because("is not a positive number of seconds"));
        }
    }
}
