package convoy.driver.runs;

import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A driver in a process of its own that waits to be told to stop. Prints every step. */
final class SignalMain {
    private SignalMain() {}

    /**
     * Trains.
     *
     * @param arguments a directory for data and runs
     */
    public static void main(String[] arguments) throws IOException {
        SmallRuns runs = new SmallRuns(Path.of(arguments[0]));
        ToyEngineProvider.beforeEachGradient(key -> LockSupport.parkNanos(30_000_000));
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "signal", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            TrainingResult result = SparkTraining.run(
                    spark, runs.configuration("told", 2, 1), TrainingOptions.defaults(), new TrainingListener() {
                        @Override
                        public void progress(Progress progress) {
                            System.out.println("step " + progress.step());
                        }

                        @Override
                        public void notice(String line) {
                            System.out.println(line);
                        }
                    });
            System.out.println(result.outcome() + " at " + result.step());
        }
    }
}
