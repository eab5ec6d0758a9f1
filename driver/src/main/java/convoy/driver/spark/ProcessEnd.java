package convoy.driver.spark;

import convoy.driver.spark.yarn.Attempt;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.util.ShutdownHookManager;

/**
 * How a process that ran a command ends.
 *
 * @param status of the process: 0 if the command did its work
 * @param reason why it did not, in one line; else empty
 * @param again whether the same command would end so again, however often it is tried
 */
public record ProcessEnd(int status, String reason, boolean again) {
    /** The command did its work. */
    public static final ProcessEnd DONE = new ProcessEnd(0, "", false);

    /**
     * Ends this process. Where it is the ApplicationMaster of YARN's cluster mode this returns instead: Spark takes an exit in it for a
     * failure, whatever the status, and the application is tried again.
     *
     * @throws Exception {@link SparkUserAppException} with a status other than 0, to be thrown on out of the main method there; Spark
     *     reports that status
     */
    public void happen() throws Exception {
        if (!isApplicationMaster()) {
            System.exit(status);
        }
        OnYarn.happen(this);
    }

    /** Spark sets these in the master's process, and runs no main class in the process of the {@code spark-submit} before it. */
    private static boolean isApplicationMaster() {
        return System.getProperty("spark.master", "").equals("yarn")
                && System.getProperty("spark.submit.deployMode", "").equals("cluster");
    }

    /** Loaded only where it is used: commands that need no Spark run without it. */
    private static final class OnYarn {
        /** What shells report of a process that SIGTERM ended. */
        private static final int ASKED_TO_END = 128 + 15;

        static void happen(ProcessEnd end) throws Exception {
            boolean registered = SparkApplication.wasStarted();
            if (end.status == 0 && ShutdownHookManager.inShutdown()) {
                // What stopped because its machine was taken away is not done: the next attempt goes on with it.
                throw new SparkUserAppException(ASKED_TO_END);
            }
            if (end.status == 0) {
                // Spark reports the success of what it knows of. A command that needs no Spark would be a failure.
                if (!registered) {
                    new Attempt().end(FinalApplicationStatus.SUCCEEDED, false, "");
                }
                return;
            }
            Attempt attempt = new Attempt();
            if (end.again || attempt.isLast()) {
                attempt.end(FinalApplicationStatus.FAILED, registered, end.reason);
            }
            throw new SparkUserAppException(end.status);
        }
    }
}
