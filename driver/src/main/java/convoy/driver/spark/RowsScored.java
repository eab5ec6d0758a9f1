package convoy.driver.spark;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.EvaluationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Waits for jobs that score rows and tells how far they are: rows of tasks that ended, and with each heartbeat those of tasks that run. */
public final class RowsScored extends SparkListener implements AutoCloseable {
    private static final long LOOK_MILLIS = 200;

    private final JavaSparkContext spark;
    private final long all;
    private final EvaluationListener listener;
    private final LongAccumulator counter;

    /** By task: the accumulator itself counts them when a task ends. */
    private final Map<Long, Long> running = new ConcurrentHashMap<>();

    private RowsScored(JavaSparkContext spark, long all, EvaluationListener listener) {
        this.spark = spark;
        this.all = all;
        this.listener = listener;
        counter = spark.sc().longAccumulator("rows scored");
    }

    /**
     * {@return a count that listens to an application until it is closed}
     *
     * @param spark the application
     * @param all rows that are to be scored
     * @param listener hears how far it is
     */
    public static RowsScored in(JavaSparkContext spark, long all, EvaluationListener listener) {
        RowsScored rows = new RowsScored(spark, all, listener);
        spark.sc().addSparkListener(rows);
        return rows;
    }

    /** {@return what tasks add their rows to} */
    public LongAccumulator counter() {
        return counter;
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        Seq<Tuple4<Object, Object, Object, Seq<AccumulableInfo>>> tasks = update.accumUpdates();
        for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task : JavaConverters.seqAsJavaList(tasks)) {
            for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
                if (info.id() == counter.id() && info.update().isDefined()) {
                    running.put((Long) task._1(), (Long) info.update().get());
                }
            }
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
    }

    /**
     * Waits for a job's tasks.
     *
     * @param <T> what they compute
     * @param what the job is, for messages
     * @param job under way
     * @return the results of all tasks
     * @throws convoy.records.BadInputException if one came upon input that cannot work
     * @throws TrainingFailedException if one failed, or the thread is interrupted
     */
    public <T> List<T> await(String what, JavaFutureAction<List<TaskOutcome<T>>> job) {
        while (true) {
            try {
                List<T> results = new ArrayList<>();
                for (TaskOutcome<T> outcome : job.get(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    results.addAll(outcome.orThrow(what));
                }
                listener.progress(Math.min(all, counter.value()), all);
                return results;
            } catch (TimeoutException notYet) {
                long inFlight =
                        running.values().stream().mapToLong(Long::longValue).sum();
                listener.progress(Math.min(all, counter.value() + inFlight), all);
            } catch (InterruptedException interrupted) {
                job.cancel(true);
                Thread.currentThread().interrupt();
                throw new TrainingFailedException(what + " was interrupted", interrupted);
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                throw new TrainingFailedException(what + " failed: " + cause.getMessage(), cause);
            }
        }
    }

    /** Listens no more. */
    @Override
    public void close() {
        spark.sc().removeSparkListener(this);
    }
}
