package convoy.driver.spark.training;

import convoy.driver.spark.Pool;
import convoy.records.Refusal;
import java.util.Map;

/**
 * A run's part of an application that trains several at a time.
 *
 * @param pool that its workers' tasks are in; few names are better than many, as Spark forgets none
 * @param runs how many train at a time, at most, this one included: they share the memory of a process, and no GPU is one's own
 *     unless Spark gives it
 */
public record Allotment(Pool pool, int runs) {
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
}
