package convoy.driver.spark;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A pool of Spark's fair scheduler: what is submitted in one gets places beside what is in others, and not after it. Without
 * {@code spark.scheduler.mode=FAIR} it is a name and nothing more.
 *
 * @param name of it; a name that was not given before makes a pool, which stays until the application's end
 */
public record Pool(String name) {
    /** Spark's own, in which everything is that names none. */
    public static final Pool DEFAULT = new Pool("default");

    private static final String PROPERTY = "spark.scheduler.pool";

    public Pool {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a pool has a name");
        }
    }

    /**
     * Has what {@code jobs} submits from this thread run in the pool.
     *
     * @param <T> what comes of the jobs
     * @param spark the application
     * @param jobs called once, in this thread
     * @return what comes of them
     */
    public <T> T submit(SparkApplication spark, Supplier<T> jobs) {
        return submit(spark.context(), jobs);
    }

    /**
     * The same on a context.
     *
     * @param <T> what comes of the jobs
     * @param spark the context
     * @param jobs called once, in this thread
     * @return what comes of them
     */
    public <T> T submit(JavaSparkContext spark, Supplier<T> jobs) {
        Optional<String> before = Optional.ofNullable(spark.getLocalProperty(PROPERTY));
        spark.setLocalProperty(PROPERTY, name);
        try {
            return jobs.get();
        } finally {
            spark.setLocalProperty(PROPERTY, before.orElse(DEFAULT.name));
        }
    }
}
