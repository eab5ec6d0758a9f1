package convoy.driver.spark.scoring;

import convoy.driver.fixture.ForkedDriver;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A driver in a process of its own that scores; with executors in processes of theirs it kills one of them. */
final class ScoringMain {
    private ScoringMain() {}

    /**
     * Scores.
     *
     * @param arguments the master, and the URIs of model, data and target
     */
    public static void main(String[] arguments) throws IOException {
        boolean cluster = arguments[0].startsWith("local-cluster");
        Map<String, String> settings = new HashMap<>(Map.of("spark.ui.enabled", "false"));
        if (cluster) {
            settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
            settings.put(
                    "spark.executor.extraJavaOptions",
                    ForkedDriver.SHORT_LIVED + " -D" + ToyEngineProvider.PREDICTION_PAUSE + "=30");
            settings.put("spark.executor.memory", "600m");
        } else {
            System.setProperty(ToyEngineProvider.PREDICTION_PAUSE, "5");
        }
        ScoringRequest request = ScoringRequest.of(arguments[1], arguments[2], arguments[3])
                .with()
                .top(3)
                .batch(SmallScoring.BATCH)
                .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                .tasks(2)
                .build();
        try (SparkApplication spark =
                SparkApplication.start(Optional.of(arguments[0]), "scoring", settings, new RunSize(0, 1, 0))) {
            System.out.println("started");
            if (cluster) {
                Path target = Path.of(java.net.URI.create(arguments[3]));
                Thread killer = new Thread(() -> killOne(target));
                killer.start();
            }
            ScoringJob.Scored scored = ScoringJob.run(spark, request, (done, rows) -> {});
            System.out.println("before = " + scored.before());
        }
    }

    /** Once a file is whole, so that both executors are at work. */
    private static void killOne(Path target) {
        try {
            while (whole(target) == 0) {
                Thread.sleep(20);
            }
            ProcessHandle executor = ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .orElseThrow();
            executor.destroyForcibly();
            System.out.println("killed with " + whole(target) + " whole");
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long whole(Path target) throws IOException {
        if (!Files.exists(target)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().startsWith("scores-"))
                    .count();
        }
    }
}
