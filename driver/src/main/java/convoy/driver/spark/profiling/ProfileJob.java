package convoy.driver.spark.profiling;

import convoy.driver.profile.DataProfile;
import convoy.driver.profile.Rows;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.Refusals;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.content.PixelCounts;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Counts the classes, sizes and pixel values of a data set, as a Spark job.
 *
 * <pre>
 *   stretches of row groups --one task each--> counts --added by twos--> counts of all
 * </pre>
 *
 * <p>Whole numbers are added, so that the profile is the same for any number of tasks.
 */
public final class ProfileJob {
    private ProfileJob() {}

    /**
     * {@return the profile of a data set}
     *
     * @param spark the application
     * @param uri of the data set
     * @throws BadInputException if it is no data set, or a row of it cannot be read
     */
    public static DataProfile run(SparkApplication spark, String uri) {
        return run(spark.context(), uri);
    }

    /**
     * {@return the profile of a data set}
     *
     * @param spark the context
     * @param uri of the data set
     * @throws BadInputException if it is no data set, or a row of it cannot be read
     */
    public static DataProfile run(JavaSparkContext spark, String uri) {
        DataSet data = DataSet.open(spark.hadoopConfiguration(), uri);
        Refusals refusals = new Refusals(spark.sc());
        spark.setJobDescription("Profile " + uri);
        try {
            long[] counts = RowGroupTasks.map(spark, Rows.all(uri), refusals, PixelCounts::count)
                    .treeReduce(ProfileJob::add);
            refusals.requireNone();
            return DataProfile.of(data.info(), counts);
        } finally {
            spark.setJobDescription(null);
        }
    }

    /** Of a stretch that was refused there is nothing. */
    private static long[] add(long[] sum, long[] part) {
        if (sum.length == 0 || part.length == 0) {
            return sum.length == 0 ? part : sum;
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] += part[i];
        }
        return sum;
    }
}
