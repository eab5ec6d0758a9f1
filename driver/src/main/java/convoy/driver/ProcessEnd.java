package convoy.driver;

import org.apache.spark.SparkUserAppException;

/** How a process that ran a command ends with an exit status. */
public final class ProcessEnd {
    private ProcessEnd() {}

    /**
     * Ends this process. Where it is the ApplicationMaster of YARN's cluster mode this returns instead: Spark takes an exit in it for a
     * failure, whatever the status, and the application is tried again.
     *
     * @throws Exception {@link SparkUserAppException} with a status other than 0, to be thrown on out of the main method there; Spark
     *     reports that status
     */
    public static void with(int status) throws Exception {
        if (!isApplicationMaster()) {
            System.exit(status);
        }
        if (status != 0) {
            throw OnSpark.failure(status);
        }
    }

    /** Loaded only where it is used: commands that need no Spark run without it. */
    private static final class OnSpark {
        static Exception failure(int status) {
            return new SparkUserAppException(status);
        }
    }

    /** Spark sets these in the master's process, and runs no main class in the process of the {@code spark-submit} before it. */
    private static boolean isApplicationMaster() {
        return System.getProperty("spark.master", "").equals("yarn")
                && System.getProperty("spark.submit.deployMode", "").equals("cluster");
    }
}
