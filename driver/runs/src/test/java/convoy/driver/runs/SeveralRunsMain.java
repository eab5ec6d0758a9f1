package convoy.driver.runs;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.ForkedDriver;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.training.TrainingResult;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A driver in a process of its own, with executors in processes of theirs, of which it kills one while three runs train. */
final class SeveralRunsMain {
    static final int RUNS = 3;
    private static final int KILLED_AT = 2;

    private SeveralRunsMain() {}

    /**
     * Trains.
     *
     * @param arguments a directory for data and runs
     */
    public static void main(String[] arguments) throws Exception {
        SmallRuns runs = new SmallRuns(Path.of(arguments[0]));
        Map<String, String> settings = new HashMap<>(SeveralRunsTest.settings());
        settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        // Slow enough to be in the middle when it happens.
        settings.put(
                "spark.executor.extraJavaOptions", ForkedDriver.SHORT_LIVED + " -D" + ToyEngineProvider.PAUSE + "=15");
        settings.put("spark.executor.memory", "600m");
        ExecutorService threads = Executors.newFixedThreadPool(RUNS);
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local-cluster[2,2,1024]"), "several", settings, new RunSize(2, 1, 0))) {
            ChaosMain.awaitExecutors(spark);
            Course course = new Course();
            List<RunConfiguration> all = IntStream.range(0, RUNS)
                    .mapToObj(i -> SeveralRunsTest.longer(runs, i))
                    .toList();
            List<Future<TrainingResult>> begun = new SeveralRuns(spark).begin(threads, all, course::listener);
            for (int i = 0; i < RUNS; i++) {
                TrainingResult result = begun.get(i).get();
                System.out.println("run-" + i + ": " + result.outcome() + " at " + result.step());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Where all of them are. */
    private static final class Course {
        private final Map<String, Long> steps = new ConcurrentHashMap<>();
        private boolean killed;
        private boolean told;

        TrainingListener listener(RunConfiguration run) {
            return new TrainingListener() {
                @Override
                public void progress(Progress progress) {
                    at(run.name(), progress.step());
                }

                @Override
                public void membership(MembershipChange membership) {
                    System.out.println(run.name() + ": " + membership.change());
                }

                @Override
                public void notice(String line) {
                    System.out.println(run.name() + ": " + line);
                }
            };
        }

        private synchronized void at(String name, long step) {
            steps.put(name, step);
            if (!killed && areAllBeyond(KILLED_AT)) {
                killed = true;
                System.out.println("all are at step " + KILLED_AT);
                ChaosMain.signal("-KILL", 1);
            }
            if (!told && areAllBeyond(6)) {
                told = true;
                System.out.println("all are at step 6");
            }
        }

        private boolean areAllBeyond(int step) {
            return steps.size() == RUNS && steps.values().stream().allMatch(at -> at >= step);
        }
    }
}
