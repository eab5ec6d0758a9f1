package convoy.driver.spark;

import convoy.driver.fixture.ForkedDriver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** A driver in a process of its own, whose one executor has GPUs, as a discovery script says. */
final class GpusMain {
    private GpusMain() {}

    /**
     * Prints the devices of tasks that run at the same time, and for how many there is room.
     *
     * @param arguments the discovery script, the number of GPUs, what a task takes of one, and the number of tasks
     */
    public static void main(String[] arguments) {
        Map<String, String> settings = Map.of(
                "spark.ui.enabled",
                "false",
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.executor.memory",
                "600m",
                "spark.executor.extraJavaOptions",
                ForkedDriver.SHORT_LIVED,
                "spark.worker.resource.gpu.amount",
                arguments[1],
                "spark.worker.resource.gpu.discoveryScript",
                arguments[0],
                "spark.executor.resource.gpu.amount",
                arguments[1],
                "spark.task.resource.gpu.amount",
                arguments[2]);
        int tasks = Integer.parseInt(arguments[3]);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local-cluster[1," + tasks + ",1024]"), "gpus", settings, new RunSize(0, 1, 0))) {
            spark.context()
                    .parallelize(new ArrayList<>(Collections.nCopies(tasks, 0)), tasks)
                    .map(task -> {
                        // Long enough that all of them are there at once.
                        Thread.sleep(1500);
                        return "a task on " + Gpus.device("cuda");
                    })
                    .collect()
                    .forEach(System.out::println);
            System.out.println("room for "
                    + spark.context()
                            .sc()
                            .maxNumConcurrentTasks(spark.context()
                                    .sc()
                                    .resourceProfileManager()
                                    .defaultResourceProfile()));
        }
    }
}
