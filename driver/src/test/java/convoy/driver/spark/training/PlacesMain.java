package convoy.driver.spark.training;

import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;

/** A driver with two executors in processes of their own, which say that they have different processors. */
final class PlacesMain {
    private PlacesMain() {}

    /** Prints the room by kind, and for each kind where six tasks for it ran. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> settings = new HashMap<>(Allotment.placing());
        settings.put("spark.ui.enabled", "false");
        settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        settings.put("spark.executor.extraJavaOptions", "-D" + ToyEngineProvider.KIND + "=kind-{{EXECUTOR_ID}}");
        settings.put("spark.executor.memory", "600m");
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local-cluster[2,2,1024]"), "places", settings, new RunSize(1, 1, 0))) {
            long begun = System.nanoTime();
            while (Slots.byProcessor(spark, ToyEngineProvider.NAME).size() < 2
                    && System.nanoTime() - begun < Duration.ofMinutes(2).toNanos()) {
                Thread.sleep(100);
            }
            Map<String, Integer> room = Slots.byProcessor(spark, ToyEngineProvider.NAME);
            System.out.println("room: " + room);
            for (String kind : room.keySet()) {
                List<String> places = Places.await(spark.context(), PlacesMain::kinds, kind, Duration.ZERO);
                // More than there is room for at a time: those that wait are not given the other executor, which is
                // idle.
                List<String> executors = Places.tasks(spark.context(), 6, places)
                        .map(PlacesMain::executor)
                        .distinct()
                        .collect();
                System.out.println(kind + ": " + executors);
            }
        }
    }

    private static Map<String, String> kinds() {
        return ConvoyPlugin.membership().orElseThrow().processors(ToyEngineProvider.NAME);
    }

    private static String executor(Integer task) throws InterruptedException {
        Thread.sleep(500);
        return SparkEnv.get().executorId();
    }
}
