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

    /** The same on a context that {@link SparkSettings} prepared. */
    public static TrainingResult run(
            JavaSparkContext spark, RunConfiguration asked, TrainingOptions options, TrainingListener listener) {
        Membership membership = ConvoyPlugin.membership()
                .orElseThrow(() -> new BadInputException("this Spark application has no " + ConvoyPlugin.class.getName()
                        + ": start it with the settings of " + SparkSettings.class.getName()));
        if (spark.isLocal() && asked.computation().isSettled()) {
            // Executors elsewhere may have what this process has not, a GPU for example.
            Engines.find(
                    asked.computation().engine(),
                    Device.parse(asked.computation().device()));
        }
        return Training.run(new SparkCluster(spark, membership), asked, options, listener);
    }
}
