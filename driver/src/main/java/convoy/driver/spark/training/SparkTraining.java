package convoy.driver.spark.training;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.membership.Membership;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.SparkSettings;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engines;
import org.apache.spark.api.java.JavaSparkContext;

/** {@link Training} on a Spark application. */
public final class SparkTraining {
    private SparkTraining() {}

    /**
     * Trains, resumes, or says that there is nothing left to do, as {@link Training#run} does.
     *
     * @param spark the application
     * @param configuration of the run
     * @param options of this call
     * @param listener hears what happens, in this thread
     * @return what became of the run
     * @throws BadInputException if what was asked for cannot work
     * @throws convoy.driver.coordination.TrainingFailedException if it should work and did not
     */
    public static TrainingResult run(
            SparkApplication spark,
            RunConfiguration configuration,
            TrainingOptions options,
            TrainingListener listener) {
        return run(spark.context(), configuration, options, listener);
    }

    /**
     * The same for one of several runs that train at the same time, each called from a thread of its own. What each becomes is what it
     * becomes alone, to the last bit; one that fails, diverges or is interrupted leaves the others alone. Who calls sees to it that there
     * is room for its workers, with {@link Slots}: tasks that wait for a place wait at most {@code patience.anyone}.
     *
     * @param spark the application
     * @param allotment of the application, which begins with {@link Allotment#settings}
     * @param configuration of the run
     * @param options of this call
     * @param listener hears what happens, in this thread
     * @return what became of the run
     */
    public static TrainingResult run(
            SparkApplication spark,
            Allotment allotment,
            RunConfiguration configuration,
            TrainingOptions options,
            TrainingListener listener) {
        return run(spark.context(), allotment, configuration, options, listener);
    }

    /** {@return the clock by which everything goes that runs in an application} */
    public static Clock clock() {
        return SparkCluster.CLOCK;
    }

    /**
     * Trains alone on a context that {@link SparkSettings} prepared.
     *
     * @param spark the context
     * @param asked the run's configuration
     * @param options of this call
     * @param listener hears what happens, in this thread
     * @return what became of the run
     */
    public static TrainingResult run(
            JavaSparkContext spark, RunConfiguration asked, TrainingOptions options, TrainingListener listener) {
        return run(spark, Allotment.whole(), asked, options, listener);
    }

    private static TrainingResult run(
            JavaSparkContext spark,
            Allotment allotment,
            RunConfiguration asked,
            TrainingOptions options,
            TrainingListener listener) {
        Membership membership = ConvoyPlugin.membership()
                .orElseThrow(() -> new BadInputException("this Spark application has no " + ConvoyPlugin.class.getName()
                        + ": start it with the settings of " + SparkSettings.class.getName()));
        if (spark.isLocal() && asked.computation().isSettled()) {
            // Executors elsewhere may have what this process has not, a GPU for example.
            Engines.find(
                    asked.computation().engine(),
                    Device.parse(asked.computation().device()));
        }
        return Training.run(new SparkCluster(spark, membership, allotment), asked, options, listener);
    }
}
