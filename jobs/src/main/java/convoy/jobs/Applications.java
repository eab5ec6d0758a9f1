package convoy.jobs;

import convoy.driver.SparkApplication;
import java.util.Map;
import java.util.Optional;

/** Starts the Spark application that a command runs in. */
final class Applications {
    private Applications() {}

    /**
     * Starts it on the master that {@code spark-submit} or {@code ./convoy --master} named. Where none was named, it is this
     * process, with a slot for every core and for every worker: a worker without a slot would wait for ever.
     *
     * @param tasks that must run at the same time
     */
    static SparkApplication start(String name, int servers, int threads, int tasks) {
        String master = System.getProperty("spark.master", "local[*]");
        int slots = Math.max(tasks, Runtime.getRuntime().availableProcessors());
        Optional<String> here = master.equals("local[*]") || master.equals("local")
                ? Optional.of("local[" + slots + "]")
                : Optional.empty();
        return SparkApplication.start(here, name, Map.of(), servers, threads);
    }
}
