package convoy.driver.spark.training;

import convoy.driver.spark.Pool;
import convoy.records.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * A run's part of an application that trains several at a time.
 *
 * @param pool that its workers' tasks are in; few names are better than many, as Spark forgets none
 * @param runs how many train at a time, at most, this one included: they share the memory of a process, and no GPU is one's own
 *     unless Spark gives it
 * @param processor the kind that its workers are placed on; empty: on any
 */
public record Allotment(Pool pool, int runs, Optional<String> processor) {
    /** Longer than any run waits for anybody: a worker that waits for its kind is not given another. */
    private static final String EVER = "24h";

    /**
     * On any kind of processor.
     *
     * @param pool that its workers' tasks are in
     * @param runs how many train at a time, at most
     */
    public Allotment(Pool pool, int runs) {
        this(pool, runs, Optional.empty());
    }

    /**
     * {@return the same on one kind of processor, in an application that was started with {@link #placing}}
     *
     * @param kind of processor, as executors say it
     */
    public Allotment on(String kind) {
        return new Allotment(pool, runs, Optional.of(kind));
    }

    public Allotment {
        Refusal.requireAtLeast("runs", runs, 1, "give how many train at a time");
    }

    /** {@return all of the application} */
    public static Allotment whole() {
        return new Allotment(Pool.DEFAULT, 1);
    }

    /** {@return settings of an application in which pools are fair to each other} */
    public static Map<String, String> settings() {
        return Map.of("spark.scheduler.mode", "FAIR");
    }

    /** {@return the same where runs are placed on kinds of processors: tasks wait for the executors that they are for} */
    public static Map<String, String> placing() {
        return Map.of(
                "spark.scheduler.mode", "FAIR", "spark.locality.wait.process", EVER, "spark.locality.wait.node", EVER);
    }
}
