package convoy.driver.spark;

import convoy.parameterserver.LoopbackBenchmark;
import convoy.records.BadInputException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** One Spark application, set up for runs; what those who may not see Spark itself hold in their hands. */
public final class SparkApplication implements AutoCloseable {
    /** Once a process has had one, YARN knows of its ApplicationMaster. */
    private static volatile boolean started;

    private final JavaSparkContext context;
    private volatile boolean succeeded;

    private SparkApplication(JavaSparkContext context) {
        this.context = context;
    }

    /**
     * Starts the application.
     *
     * @param master Spark's master URL; empty: what {@code spark-submit} gave, or all cores of this machine
     * @param name shown on Spark's pages
     * @param settings further Spark settings
     * @param size of what will run in it
     * @return the application, to be closed
     * @throws convoy.records.BadInputException if the settings cannot work
     */
    public static SparkApplication start(
            Optional<String> master, String name, Map<String, String> settings, RunSize size) {
        SparkConf conf = new SparkConf();
        conf.setAppName(name);
        settings.forEach(conf::set);
        master.ifPresent(conf::setMaster);
        SparkConf complete = SparkSettings.apply(conf, size);
        try {
            SparkApplication application = new SparkApplication(new JavaSparkContext(complete));
            started = true;
            return application;
        } catch (IllegalStateException stopped) {
            // What Spark says is that the context, which it has stopped itself, is stopped.
            throw new BadInputException(
                    "spark.master = " + complete.get("spark.master")
                            + " does not take this application: check that a master runs there, that it knows"
                            + " spark.authenticate.secret, and what its log says",
                    stopped);
        }
    }

    /** Whether this process has had one. */
    static boolean wasStarted() {
        return started;
    }

    /** {@return Spark's own handle} */
    public JavaSparkContext context() {
        return context;
    }

    /** {@return whether this process is all of it, so that no executors are to come} */
    public boolean isLocal() {
        return context.isLocal();
    }

    /** {@return settings by which this application reaches file systems} */
    public Configuration hadoop() {
        return context.hadoopConfiguration();
    }

    /**
     * Measures how fast parameters move over this machine's loopback, with this application's transport and secret.
     *
     * @param encrypted whether the bytes are encrypted too
     * @param workers how many push and pull at once
     * @param floats length of the parameters
     * @param rounds steps that are measured
     * @return bytes a second, of pushes and of pulls
     */
    public LoopbackBenchmark.Result measureServers(boolean encrypted, int workers, int floats, int rounds) {
        SparkConf conf = context.getConf().set("spark.network.crypto.enabled", Boolean.toString(encrypted));
        return LoopbackBenchmark.run(ExecutorSide.transport(conf), ExecutorSide.secret(conf), workers, floats, rounds);
    }

    /** What it was for is done. Whatever ends it before this is said, a cluster's manager is told of a failure. */
    public void succeed() {
        succeeded = true;
    }

    @Override
    public void close() {
        context.sc().stop(succeeded ? 0 : 1);
    }
}
