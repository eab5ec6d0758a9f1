package convoy.driver.spark.scoring;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Features;
import convoy.driver.model.ModelDigest;
import convoy.driver.model.StoredModel;
import convoy.driver.scoring.PartScorer;
import convoy.driver.scoring.ScoreFiles;
import convoy.driver.scoring.ScorePart;
import convoy.driver.scoring.ScorePlan;
import convoy.driver.spark.ExecutorSide;
import convoy.driver.spark.Gpus;
import convoy.driver.spark.TaskOutcome;
import convoy.records.Codec;
import convoy.worker.data.DataSet;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;

/**
 * Scores a few files of rows in one task. What an earlier attempt of it, on an executor that was killed, has made whole is read and not
 * computed again.
 */
final class ScoringTask implements FlatMapFunction<Iterator<Integer>, TaskOutcome<String>> {
    private static final long serialVersionUID = 1L;

    static final Codec<ScorePart> PART = Codec.of(ScorePart.class);

    private final Broadcast<String> work;
    private final LongAccumulator rows;

    ScoringTask(Broadcast<String> work, LongAccumulator rows) {
        this.work = work;
        this.rows = rows;
    }

    @Override
    public Iterator<TaskOutcome<String>> call(Iterator<Integer> parts) throws InterruptedException {
        return List.of(TaskOutcome.of(() -> score(parts))).iterator();
    }

    private List<String> score(Iterator<Integer> parts) throws InterruptedException {
        ScoringWork read = ScoringWork.CODEC.fromJson("what a task is told", work.value());
        ScorePlan plan = read.plan();
        Configuration hadoop = ExecutorSide.hadoop(SparkEnv.get().conf());
        ScoreFiles files = new ScoreFiles(hadoop, Storage.path("target", read.directory()), plan);
        List<String> done = new ArrayList<>();
        List<Integer> missing = new ArrayList<>();
        while (parts.hasNext()) {
            int part = parts.next();
            Optional<ScorePart> whole = files.whole(part);
            whole.ifPresent(one -> {
                rows.add(one.note().rows());
                done.add(PART.toJson(one));
            });
            if (whole.isEmpty()) {
                missing.add(part);
            }
        }
        if (!missing.isEmpty()) {
            compute(hadoop, read, files, missing, done);
        }
        return done;
    }

    private void compute(
            Configuration hadoop, ScoringWork read, ScoreFiles files, List<Integer> missing, List<String> done)
            throws InterruptedException {
        ScorePlan plan = read.plan();
        EngineOptions options = plan.engine()
                .options(Gpus.device(plan.engine().device()), plan.threads(), LabelSmoothing.NONE, Frozen.NOTHING);
        Network whole = read.model().build();
        Network network = plan.features() > 0 ? Features.of(whole).network() : whole;
        EngineProvider provider = Engines.find(plan.engine().engine(), options.device());
        ModelDigest.require(hadoop, plan.model(), plan.modelSha256());
        try (Engine engine = provider.compile(network, options)) {
            engine.setParameters(StoredModel.values(hadoop, plan.model(), read.model(), network));
            PartScorer scorer = new PartScorer(
                    plan,
                    DataSet.open(hadoop, plan.data()),
                    new Transforms(read.transforms()),
                    files,
                    TaskContext.get().taskAttemptId(),
                    provider.processor(options.device()));
            scorer.score(engine, missing, rows::add, part -> done.add(PART.toJson(part)));
        }
    }
}
