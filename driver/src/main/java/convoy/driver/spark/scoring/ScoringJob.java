package convoy.driver.spark.scoring;

import convoy.architectures.surgery.Features;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.EvaluationListener;
import convoy.driver.evaluation.ModelOnData;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.ModelDigest;
import convoy.driver.model.StoredModel;
import convoy.driver.scoring.ScoreDescription;
import convoy.driver.scoring.ScoreDirectory;
import convoy.driver.scoring.ScorePart;
import convoy.driver.scoring.ScorePlan;
import convoy.driver.scoring.ScorePlanBuilder;
import convoy.driver.spark.Gpus;
import convoy.driver.spark.RowsScored;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.TaskOutcome;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Scores every row of a data set and writes what the model says of it, as a Spark job.
 *
 * <pre>
 *   fixed stretches of rows --each task some neighbouring ones--> one Parquet file each, then score.json
 * </pre>
 *
 * <p>The files have the same bytes for any number of tasks and executors of one kind of processor. The driver holds a line for each file.
 */
public final class ScoringJob {
    private ScoringJob() {}

    /**
     * What came of it.
     *
     * @param description what the directory holds
     * @param before rows that were scored already when this began
     */
    public record Scored(ScoreDescription description, long before) {}

    /**
     * Scores what is not scored yet.
     *
     * @param application that it runs in
     * @param request what to score, and where to
     * @param listener hears how far it is
     * @return what the directory holds
     * @throws BadInputException if model, data and target do not fit each other
     * @throws TrainingFailedException if it should work and did not
     */
    public static Scored run(SparkApplication application, ScoringRequest request, EvaluationListener listener) {
        return run(application.context(), request, listener);
    }

    /**
     * The same on a context that {@link convoy.driver.spark.SparkSettings} prepared.
     *
     * @param spark the context
     * @param request what to score, and where to
     * @param listener hears how far it is
     * @return what the directory holds
     */
    public static Scored run(JavaSparkContext spark, ScoringRequest request, EvaluationListener listener) {
        Configuration hadoop = spark.hadoopConfiguration();
        ModelDescription model = StoredModel.describe(hadoop, request.model(), Optional.empty());
        DataSet data = DataSet.open(hadoop, request.data());
        ModelOnData both = ModelOnData.of(model, request.model(), data, new Transforms(List.of()));
        EngineChoice engine = request.engine().settle(Gpus.areGiven(spark.getConf()));
        Gpus.requireOneEach(spark.getConf(), engine.device(), request.tasks(), "tasks");
        ScorePlan plan = plan(hadoop, request, model, data, engine);
        StoredModel.notice(hadoop, request.model(), model.build()).ifPresent(listener::notice);
        try (ScoreDirectory directory = ScoreDirectory.prepare(
                hadoop, request.to(), plan, request.overwrite(), Clock.system(), listener::notice)) {
            if (directory.finished().isPresent()) {
                directory.finishAgain();
                return new Scored(directory.finished().get(), plan.rows());
            }
            ScoringWork work = new ScoringWork(plan, model, both.transforms().steps(), Storage.uri(directory.path()));
            return score(spark, request, work, directory, listener);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException(
                    "the scoring was interrupted; the same command goes on with it", interrupted);
        }
    }

    private static ScorePlan plan(
            Configuration hadoop, ScoringRequest request, ModelDescription model, DataSet data, EngineChoice engine) {
        String release = Engines.release(engine.engine())
                .orElseThrow(() -> new BadInputException(
                        "engine = '" + engine.engine() + "' is not on the class path: add its jar, or name another"));
        return ScorePlanBuilder.builder()
                .model(request.model())
                .modelSha256(ModelDigest.of(hadoop, request.model()))
                .network(model.network())
                .data(request.data())
                .dataFingerprint(data.info().fingerprint())
                .rows(data.rows())
                .classes(data.info().classes())
                .top(request.top())
                .features(request.features() ? Features.of(model.build()).count() : 0)
                .batch(request.batch())
                .partRows(ScorePlan.partRows(data.rows(), request.batch()))
                .engine(engine)
                .release(release)
                .threads(request.threads())
                .labelSets(data.info().labelSets())
                .build();
    }

    private static Scored score(
            JavaSparkContext spark,
            ScoringRequest request,
            ScoringWork work,
            ScoreDirectory directory,
            EvaluationListener listener) {
        ScorePlan plan = work.plan();
        List<Integer> present = directory.present();
        List<Integer> missing = IntStream.range(0, plan.parts())
                .filter(part -> !present.contains(part))
                .boxed()
                .toList();
        Broadcast<String> shared = spark.broadcast(ScoringWork.CODEC.toJson(work));
        spark.setJobDescription("Score " + plan.data());
        try (RowsScored rows = RowsScored.in(spark, plan.rows(), listener)) {
            List<ScorePart> parts = new ArrayList<>();
            // What is there is read first, which is soon done, so that the tasks that compute have alike to do.
            parts.addAll(tasks(spark, request, shared, rows, present));
            long before = parts.stream().mapToLong(part -> part.note().rows()).sum();
            parts.addAll(tasks(spark, request, shared, rows, missing));
            parts.sort(Comparator.comparing(ScorePart::name));
            return new Scored(directory.commit(parts), before);
        } finally {
            spark.setJobDescription(null);
            shared.destroy();
        }
    }

    private static List<ScorePart> tasks(
            JavaSparkContext spark,
            ScoringRequest request,
            Broadcast<String> work,
            RowsScored rows,
            List<Integer> parts) {
        if (parts.isEmpty()) {
            return List.of();
        }
        JavaFutureAction<List<TaskOutcome<String>>> job = spark.parallelize(
                        new ArrayList<>(parts), Math.min(request.tasks(), parts.size()))
                .mapPartitions(new ScoringTask(work, rows.counter()))
                .collectAsync();
        return rows.await("the scoring", job).stream()
                .map(part -> ScoringTask.PART.fromJson("what a task wrote", part))
                .toList();
    }
}
