package convoy.driver.runs;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.ForkedDriver;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A driver in a process of its own, with executors in processes of theirs, one of which it kills and another of which it
 * freezes, and of which one loses its device. Prints what happened and the models' checksums.
 */
final class ChaosMain {
    private ChaosMain() {}

    /**
     * Trains.
     *
     * @param arguments a directory for data and runs, a file, which whoever deletes it loses its device by, and one by which native code
     *     crashes at one place for as long as it is there
     */
    public static void main(String[] arguments) throws IOException {
        SmallRuns runs = new SmallRuns(Path.of(arguments[0]));
        Map<String, String> settings = Map.of(
                "spark.ui.enabled",
                "false",
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                // Slow enough to be in the middle of a step when it happens.
                "spark.executor.extraJavaOptions",
                ForkedDriver.SHORT_LIVED + " -D" + ToyEngineProvider.PAUSE + "=15 -D" + ToyEngineProvider.LOSE + "="
                        + arguments[1] + " -D" + ToyEngineProvider.CRASH + "="
                        + arguments[2],
                "spark.executor.memory",
                "600m");
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local-cluster[2,1,1024]"), "chaos", settings, new RunSize(2, 1, 0))) {
            train(spark, runs, "killed", 8, () -> signal("-KILL", 1));
            train(spark, runs, "frozen", 8, () -> {
                signal("-STOP", 1);
                Thread thaw = new Thread(() -> {
                    try {
                        TimeUnit.SECONDS.sleep(8);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    signal("-CONT", 1);
                });
                thaw.start();
            });
            train(spark, runs, "lost", 3, () -> make(Path.of(arguments[1])));
            Path marker = Path.of(arguments[2]);
            try {
                train(spark, runs, "crashed", 1, () -> make(marker));
            } catch (TrainingFailedException crashed) {
                System.out.println("crashed: " + crashed.getMessage());
            }
        }
    }

    private static void make(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void train(SparkApplication spark, SmallRuns runs, String name, long step, Runnable fault)
            throws IOException {
        awaitExecutors(spark);
        TrainingListener listener = new TrainingListener() {
            private boolean done;

            @Override
            public void progress(Progress progress) {
                if (progress.step() >= step && !done) {
                    done = true;
                    fault.run();
                }
            }

            @Override
            public void membership(MembershipChange membership) {
                System.out.println(name + ": " + membership.change() + "; " + membership.servers() + " servers");
            }

            @Override
            public void notice(String line) {
                System.out.println(name + ": " + line);
            }
        };
        TrainingResult result =
                SparkTraining.run(spark, runs.configuration(name, 2, 2), TrainingOptions.defaults(), listener);
        System.out.println(name + " took " + result.took().toSeconds() + " s");
        System.out.println(name + " = " + SmallRuns.sha256(result));
    }

    /** Until both are there: one that was killed takes its time to be replaced, and the fault is meant to hit one at work. */
    static void awaitExecutors(SparkApplication spark) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        // The driver is counted too.
        while (spark.context().sc().statusTracker().getExecutorInfos().length < 3) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Spark has not started two executors in three minutes");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** Sends a signal to one of the executors' processes. */
    static void signal(String signal, int index) {
        ProcessHandle executor = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .sorted((left, right) -> Long.compare(left.pid(), right.pid()))
                .skip(index)
                .findFirst()
                .orElseThrow();
        System.out.println("kill " + signal + " " + executor.pid());
        try {
            new ProcessBuilder("kill", signal, Long.toString(executor.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
