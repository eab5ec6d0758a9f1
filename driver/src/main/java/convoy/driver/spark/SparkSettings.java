package convoy.driver.spark;

import convoy.driver.spark.yarn.ExecutorRequest;
import convoy.records.BadInputException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** What Spark has to be told before a context starts, so that a run can live in it. */
public final class SparkSettings {
    /**
     * How many parameter servers each executor hosts; 1 by default, in local mode and on YARN as many as it takes for all that are asked
     * for.
     */
    public static final String SERVERS_PER_EXECUTOR = "spark.convoy.serversPerExecutor";

    private static final String WORKER_ATTEMPTS = "1000";

    private static final Pattern LOCAL = Pattern.compile("local(?:\\[([0-9]+|\\*)])?");

    private SparkSettings() {}

    /**
     * Adds what is needed and keeps what is there where it can work.
     *
     * @param conf with the master, if it is known; {@code local[n]} is made to forgive failed tasks
     * @param size of what will run; without servers the application trains nothing: it has no plugin, and a failed task ends it after
     *     as many attempts as Spark's own
     * @return {@code conf} itself
     * @throws BadInputException if something there cannot work
     */
    public static SparkConf apply(SparkConf conf, RunSize size) {
        include(conf, "spark.kryo.registrator", ConvoyRegistrator.class);
        conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        conf.set("spark.kryo.registrationRequired", "true");
        if (size.trains()) {
            include(conf, "spark.plugins", ConvoyPlugin.class);
            // A killed executor counts as a failed attempt of each of its tasks. Real errors are counted by the
            // coordinator.
            conf.set("spark.task.maxFailures", WORKER_ATTEMPTS);
            conf.set("spark.speculation", "false");
            conf.set("spark.excludeOnFailure.enabled", "false");
        }
        conf.setIfMissing("spark.authenticate", "true");
        conf.setIfMissing("spark.network.crypto.saslFallback", "false");
        conf.setIfMissing("spark.network.crypto.authEngineVersion", "2");
        // Workers read their rows from a data set that is equally far from everywhere.
        conf.setIfMissing("spark.locality.wait", "0s");
        // cuBLAS reads it when it is loaded, and gives the same bits each time.
        conf.setIfMissing("spark.executorEnv.CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        // nvidia-smi, and so deploy/gpu-discovery, counts GPUs in this order; CUDA by itself puts the fastest first.
        conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        // The JVM takes the charset of file names from it.
        conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
        // What one step frees the next one takes: given back to the system and cleared anew, it costs some 4 % of a
        // step.
        conf.setIfMissing("spark.executorEnv.MALLOC_MMAP_THRESHOLD_", "33554432");
        conf.setIfMissing("spark.executorEnv.MALLOC_TRIM_THRESHOLD_", "2147483647");
        // As Hadoop's scripts do: else what one thread frees stays with that thread's part of the C library's heap.
        conf.setIfMissing("spark.executorEnv.MALLOC_ARENA_MAX", "4");
        // Of a picture that cannot be decoded the import itself says so, in one line.
        conf.setIfMissing("spark.executorEnv.OPENCV_LOG_LEVEL", "SILENT");
        String master = conf.get("spark.master", "local[*]");
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            String slots = local.group(1) == null ? "1" : local.group(1);
            conf.setMaster("local[" + slots + "," + conf.get("spark.task.maxFailures", "4") + "]");
            conf.setIfMissing(SERVERS_PER_EXECUTOR, Integer.toString(size.servers()));
        } else {
            conf.setMaster(master);
            conf.setIfMissing("spark.task.cpus", Integer.toString(size.threads()));
            ExecutorRequest.requireRoomForATask(conf);
        }
        if (master.equals("yarn")) {
            // A driver that was killed has not succeeded; YARN would say so where the driver is no part of it.
            conf.setIfMissing("spark.yarn.am.clientModeTreatDisconnectAsFailed", "true");
            if (size.tasks() > 0) {
                int executors = ExecutorRequest.complete(conf, size.tasks(), size.trains());
                conf.setIfMissing(
                        SERVERS_PER_EXECUTOR,
                        Integer.toString(Math.max(1, (size.servers() + executors - 1) / executors)));
            }
        }
        if (conf.getBoolean("spark.authenticate", true) && !conf.contains("spark.authenticate.secret")) {
            if (master.startsWith("local-cluster")) {
                conf.set("spark.authenticate.secret", randomSecret());
            } else if (master.startsWith("spark://")) {
                throw new BadInputException("spark.authenticate.secret is not set and the master is " + master
                        + ": give the secret that the master was started with, or set spark.authenticate=false where"
                        + " everybody who reaches the network may be trusted");
            }
        }
        return conf;
    }

    /** Adds a class to a list of classes. */
    private static void include(SparkConf conf, String key, Class<?> type) {
        List<String> present = conf.contains(key) ? List.of(conf.get(key).split(",")) : List.of();
        if (!present.contains(type.getName())) {
            conf.set(key, present.isEmpty() ? type.getName() : String.join(",", present) + "," + type.getName());
        }
    }

    private static String randomSecret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
