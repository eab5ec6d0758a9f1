package convoy.driver.spark.yarn;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.yarn.api.records.ApplicationAttemptId;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as YARN's attempt at an application, where the driver runs in the ApplicationMaster. It tells YARN itself how the
 * application ended: Spark's ApplicationMaster tells so of a failure on the last attempt alone, and of none at all before there is a
 * {@code SparkContext}.
 */
public final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final ApplicationAttemptId id;
    private final SparkConf settings;
    private final YarnConfiguration yarn;

    /** Of this process, whose environment and properties Spark has set. */
    public Attempt() {
        this.id = ContainerId.fromString(System.getenv("CONTAINER_ID")).getApplicationAttemptId();
        this.settings = new SparkConf();
        this.yarn = new YarnConfiguration(SparkHadoopUtil.get().newConfiguration(settings));
    }

    /** {@return whether none follows if this one fails; as Spark counts} */
    public boolean isLast() {
        int most = yarn.getInt(YarnConfiguration.RM_AM_MAX_ATTEMPTS, YarnConfiguration.DEFAULT_RM_AM_MAX_ATTEMPTS);
        return id.getAttemptId() >= Math.min(most, settings.getInt("spark.yarn.maxAppAttempts", most));
    }

    /**
     * Ends the application for good: no attempt follows. What YARN does not take is left to Spark's ApplicationMaster, which has its
     * own word for it.
     *
     * @param status that YARN shows
     * @param registered whether Spark has begun this attempt, as it does with a {@code SparkContext}
     * @param reason what YARN shows as the application's diagnostics
     */
    public void end(FinalApplicationStatus status, boolean registered, String reason) {
        try (AMRMClient<AMRMClient.ContainerRequest> manager = AMRMClient.createAMRMClient()) {
            manager.init(yarn);
            manager.start();
            if (!registered) {
                manager.registerApplicationMaster(System.getenv("NM_HOST"), -1, "");
            }
            manager.unregisterApplicationMaster(status, reason, historyPage());
            deleteStagedFiles();
        } catch (IOException | YarnException | RuntimeException failure) {
            LOG.error("YARN was not told that the application ended as {}", status, failure);
        }
    }

    /** Where Spark's history server, if there is one, shows this attempt. */
    private String historyPage() {
        return Optional.ofNullable(settings.get("spark.yarn.historyServer.address", null))
                .map(address -> SparkHadoopUtil.get().substituteHadoopVariables(address, yarn))
                .map(address -> address + "/history/" + id.getApplicationId() + "/" + id.getAttemptId())
                .orElse("");
    }

    /** Spark leaves them to an attempt that could follow. */
    private void deleteStagedFiles() throws IOException {
        if (!settings.getBoolean("spark.yarn.preserve.staging.files", false)) {
            Path staged = new Path(System.getenv("SPARK_YARN_STAGING_DIR"));
            Configuration hadoop = yarn;
            staged.getFileSystem(hadoop).delete(staged, true);
        }
    }
}
