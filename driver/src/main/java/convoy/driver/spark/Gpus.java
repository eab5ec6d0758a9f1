package convoy.driver.spark;

import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Whose GPU is whose. */
public final class Gpus {
    private static final String OF_A_TASK = "spark.task.resource.gpu.amount";

    private Gpus() {}

    /**
     * {@return whether Spark gives each task a GPU: one of its own, or with a fraction ({@code spark.task.resource.gpu.amount=0.25}) one
     * that it shares with others, as whoever asks for a fraction wants it}
     *
     * @param conf settings of the application
     */
    public static boolean areGiven(SparkConf conf) {
        return amount(conf) > 0;
    }

    /** {@return the same of an application that this process is about to start, by the settings that were given with the command} */
    public static boolean areGiven() {
        return areGiven(new SparkConf());
    }

    private static double amount(SparkConf conf) {
        return conf.getDouble(OF_A_TASK, 0);
    }

    /**
     * Refuses to put several tasks on one GPU that nobody asked them to share. Whoever writes {@code cuda:N}, or gives a task less
     * than a GPU, asked for it.
     *
     * @param conf settings of the application
     * @param device as configured
     * @param tasks that compute at a time
     * @param key that says how many they are
     * @throws BadInputException if all of them would take the first GPU
     */
    public static void requireOneEach(SparkConf conf, String device, int tasks, String key) {
        if (device.equals("cuda") && tasks > 1 && !areGiven(conf)) {
            throw new BadInputException("device = cuda with " + key + " = " + tasks
                    + ", and Spark gives no task a GPU, so that all would take the first one: set " + OF_A_TASK
                    + "=1, or a fraction of 1 to let them share, spark.executor.resource.gpu.amount and spark.executor.resource.gpu.discoveryScript"
                    + " (deploy/gpu-discovery), or name the one that they shall share, as device = cuda:0");
        }
    }

    /**
     * {@return the device as configured; where Spark gave the task a GPU, {@code cuda} means that one}
     *
     * @param configured as the run file has it
     */
    public static Device device(String configured) {
        ResourceInformation gpu = TaskContext.get().resourcesJMap().get("gpu");
        return configured.equals("cuda") && gpu != null
                ? Device.parse("cuda:" + gpu.addresses()[0])
                : Device.parse(configured);
    }
}
