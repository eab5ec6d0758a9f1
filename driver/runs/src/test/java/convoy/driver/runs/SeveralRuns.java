package convoy.driver.runs;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.Pool;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.driver.spark.training.Slots;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Runs that train in one application, each from a thread of its own, as many at a time as have room. */
final class SeveralRuns {
    private final SparkApplication spark;
    private final Slots slots;
    private final AtomicInteger training = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    SeveralRuns(SparkApplication spark) {
        this.spark = spark;
        this.slots = Slots.of(spark);
    }

    /** How many trained at once, at most. */
    int most() {
        return most.get();
    }

    /** Begins them all, and returns what each will have become. */
    List<Future<TrainingResult>> begin(
            ExecutorService threads,
            List<RunConfiguration> runs,
            Function<RunConfiguration, TrainingListener> listeners) {
        List<Future<TrainingResult>> begun = new ArrayList<>();
        for (RunConfiguration run : runs) {
            Callable<TrainingResult> work = () -> {
                Slots.Taken places = slots.take(run.resources().workers());
                try {
                    most.accumulateAndGet(training.incrementAndGet(), Math::max);
                    Allotment allotment = new Allotment(new Pool(run.name()), slots.room());
                    return SparkTraining.run(spark, allotment, run, TrainingOptions.defaults(), listeners.apply(run));
                } finally {
                    training.decrementAndGet();
                    places.close();
                }
            };
            begun.add(threads.submit(work));
        }
        return begun;
    }

    /** Trains them all to their ends. */
    List<TrainingResult> train(List<RunConfiguration> runs) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(runs.size());
        try {
            List<TrainingResult> results = new ArrayList<>();
            for (Future<TrainingResult> run : begin(threads, runs, run -> new Heard())) {
                results.add(run.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
