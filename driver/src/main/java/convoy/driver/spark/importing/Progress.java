package convoy.driver.spark.importing;

import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportListener.Phase;
import convoy.records.text.FirstLine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkStageInfo;
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

/** Waits for a Spark action and tells the listener how far it is: tasks as they end, pictures with each heartbeat too. */
final class Progress extends SparkListener {
    private static final long MILLIS = 100;

    private final JavaSparkContext spark;
    private final ImportListener listener;
    private final LongAccumulator pictures;

    /** Pictures of tasks that run, by task: the accumulator itself counts them when a task ends. */
    private final Map<Long, Long> running = new ConcurrentHashMap<>();

    Progress(JavaSparkContext spark, ImportListener listener, LongAccumulator pictures) {
        this.spark = spark;
        this.listener = listener;
        this.pictures = pictures;
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        Seq<Tuple4<Object, Object, Object, Seq<AccumulableInfo>>> tasks = update.accumUpdates();
        for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task : JavaConverters.seqAsJavaList(tasks)) {
            for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
                if (info.id() == pictures.id() && info.update().isDefined()) {
                    running.put((Long) task._1(), (Long) info.update().get());
                }
            }
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
    }

    /** The results of an action of so many tasks. */
    <T> List<T> await(Phase phase, int tasks, JavaFutureAction<List<T>> action) {
        spark.sc().addSparkListener(this);
        boolean ended = false;
        try {
            while (true) {
                try {
                    List<T> results = action.get(MILLIS, TimeUnit.MILLISECONDS);
                    ended = true;
                    listener.progress(phase, tasks, tasks, pictures.value());
                    return results;
                } catch (TimeoutException e) {
                    tell(phase, tasks, action);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the import was interrupted", e);
        } catch (ExecutionException e) {
            ended = true;
            throw new IllegalStateException("the import failed: " + FirstLine.of(e), e);
        } finally {
            spark.sc().removeSparkListener(this);
            if (!ended) {
                action.cancel(true);
            }
        }
    }

    private void tell(Phase phase, int tasks, JavaFutureAction<?> action) {
        int done = 0;
        for (int job : action.jobIds()) {
            var info = spark.statusTracker().getJobInfo(job);
            if (info != null) {
                for (int stage : info.stageIds()) {
                    SparkStageInfo stageInfo = spark.statusTracker().getStageInfo(stage);
                    // The stage with as many tasks as there are pieces, or files: others were done before.
                    if (stageInfo != null && stageInfo.numTasks() == tasks) {
                        done = Math.max(done, stageInfo.numCompletedTasks());
                    }
                }
            }
        }
        long inFlight = running.values().stream().mapToLong(Long::longValue).sum();
        listener.progress(phase, done, tasks, pictures.value() + inFlight);
    }
}
