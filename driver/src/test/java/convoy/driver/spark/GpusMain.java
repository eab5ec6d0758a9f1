package convoy.driver.spark;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A driver in a process of its own, whose one executor has two GPUs, as a discovery script says. */
final class GpusMain {
    private GpusMain() {}

    /**
     * Prints the device of each of two tasks.
     *
     * @param arguments the discovery script
     */
    public static void main(String[] arguments) {
        Map<String, String> settings = Map.of(
                "spark.ui.enabled",
                "false",
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.executor.memory",
                "600m",
                "spark.worker.resource.gpu.amount",
                "2",
                "spark.worker.resource.gpu.discoveryScript",
                arguments[0],
                "spark.executor.resource.gpu.amount",
                "2",
                "spark.task.resource.gpu.amount",
                "1");
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local-cluster[1,2,1024]"), "gpus", settings, new RunSize(0, 1, 0))) {
            spark.context()
                    .parallelize(List.of(0, 1), 2)
                    .map(task -> "a task on " + Gpus.device("cuda"))
                    .collect()
                    .forEach(System.out::println);
        }
    }
}
