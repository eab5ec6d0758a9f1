package convoy.driver.spark.training;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.training.Cluster.Stage;
import convoy.driver.worker.WorkerPlan;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Workers as tasks of one ordinary stage, not a barrier stage, so that Spark begins a lost task anew and leaves the rest alone. */
final class SparkStage implements Stage {
    private final Broadcast<WorkerPlan> plan;
    private final JavaFutureAction<Void> tasks;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private SparkStage(Broadcast<WorkerPlan> plan, JavaFutureAction<Void> tasks) {
        this.plan = plan;
        this.tasks = tasks;
    }

    /** @param places where the tasks are to be, as {@link Places} names them; none: anywhere */
    static SparkStage start(JavaSparkContext spark, WorkerPlan plan, int workers, List<String> places) {
        Broadcast<WorkerPlan> sent = spark.broadcast(plan);
        SparkStage stage =
                new SparkStage(sent, Places.tasks(spark, workers, places).foreachAsync(new WorkerTask(sent)));
        // Spark's future tells nobody when it is done: somebody has to wait for it.
        Thread waiting = new Thread(stage::await, "convoy-stage");
        waiting.setDaemon(true);
        waiting.start();
        return stage;
    }

    private void await() {
        try {
            tasks.get();
            ended.complete(true);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            ended.completeExceptionally(
                    new TrainingFailedException("Spark gave the workers up: " + cause.getMessage(), cause));
        } catch (CancellationException | InterruptedException cancelled) {
            ended.completeExceptionally(new TrainingFailedException("the workers' job was cancelled", cancelled));
        } catch (RuntimeException | Error failure) {
            // Left open, the run would wait for ever.
            ended.completeExceptionally(
                    new TrainingFailedException("the workers' job cannot be waited for: " + failure, failure));
        }
    }

    @Override
    public CompletableFuture<?> ended() {
        return ended;
    }

    @Override
    public void cancel() {
        boolean unused = tasks.cancel(true);
    }

    @Override
    public void close() {
        plan.destroy();
    }
}
