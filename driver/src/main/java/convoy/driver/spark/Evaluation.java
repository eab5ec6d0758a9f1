package convoy.driver.spark;

import convoy.architectures.Catalogue;
import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.Confusion;
import convoy.driver.evaluation.EvaluationListener;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.evaluation.LabelFigures;
import convoy.driver.evaluation.ModelOnData;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.Schema;
import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.Parts;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.LabelSets;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.loop.BlockScorer;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.metric.Metrics;
import convoy.worker.provided.ProviderChoice;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;

/** Scores a stored model on a data set, as a Spark job. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * What is to be scored on what.
     *
     * @param model URI of a {@code model.safetensors}
     * @param network of the model; with an empty name the one that the model says it is of
     * @param data URI of a data set
     * @param split whose held-out rows alone are scored, the model being one that a run in its directory has trained on the
     *     others; empty: all are
     * @param transforms of its images; what is random in them is left out. None: those that the model says it was scored with
     * @param metrics figures of one's own
     * @param batch images scored at once
     * @param engine that scores
     * @param threads of each task
     * @param tasks at most so many at a time
     */
    @RecordBuilder
    public record Request(
            String model,
            NetworkChoice network,
            String data,
            Optional<Split> split,
            Transforms transforms,
            List<ProviderChoice> metrics,
            int batch,
            EngineChoice engine,
            int threads,
            int tasks)
            implements EvaluationRequestBuilder.With {
        public Request {
            model = HomeDirectory.uri("model", model);
            data = HomeDirectory.uri("data", data);
            metrics = List.copyOf(metrics);
            if (batch < 1 || tasks < 1 || threads < 1) {
                throw new BadInputException(
                        "batch = " + batch + ", tasks = " + tasks + ", threads = " + threads + ": each is 1 or more");
            }
        }

        /**
         * {@return a request to score a run's final model as its run file says}
         *
         * @param directory of the run
         * @param run its configuration
         * @param data that is scored
         * @param batch images that are computed at a time
         * @param tasks how many score at most
         */
        public static Request ofRun(String directory, RunConfiguration run, Validation data, int batch, int tasks) {
            List<Transform> transforms = run.data().evaluationTransforms().isEmpty()
                    ? run.data().transforms()
                    : run.data().evaluationTransforms();
            return EvaluationRequestBuilder.builder()
                    .model(directory + "/" + RunDirectory.MODEL)
                    .network(run.network())
                    .data(data.uri().orElse(run.data().train()))
                    .split(data.split())
                    .transforms(new Transforms(transforms).whitenedBy(run.data().train()))
                    .metrics(run.outputs().evaluation().metrics())
                    .batch(batch)
                    .engine(run.computation())
                    .threads(run.resources().threads())
                    .tasks(tasks)
                    .build();
        }
    }

    /** What tasks send back of pictures that may show several classes, at most: 400 MB. */
    private static final long MOST_SCORES = 100_000_000;

    /**
     * How a model did.
     *
     * @param result over all rows
     * @param confusion the same class by class; nothing in it where pictures may show several classes
     * @param labels how well each class was found, where pictures may show several
     */
    public record Scored(EvaluationResult result, Confusion confusion, Optional<LabelFigures> labels) {}

    /**
     * Scores the model.
     *
     * @param spark the application
     * @param request what to score, and on what
     * @param listener hears how far it is
     * @return the figures
     * @throws BadInputException if model, network and data do not fit each other
     * @throws TrainingFailedException if it should work and did not
     */
    public static EvaluationResult run(SparkApplication spark, Request request, EvaluationListener listener) {
        return score(spark, request, listener).result();
    }

    /**
     * The same on a context that {@link SparkSettings} prepared.
     *
     * @param spark the context
     * @param request what to score, and on what
     * @param listener hears how far it is
     * @return the figures
     */
    public static EvaluationResult run(JavaSparkContext spark, Request request, EvaluationListener listener) {
        return score(spark, request, listener).result();
    }

    /**
     * The same, and class by class.
     *
     * @param spark the application
     * @param request what to score, and on what
     * @param listener hears how far it is
     * @return the figures, and how many rows of each class were taken for which
     */
    public static Scored score(SparkApplication spark, Request request, EvaluationListener listener) {
        return score(spark.context(), request, listener);
    }

    private static Scored score(JavaSparkContext spark, Request request, EvaluationListener listener) {
        Configuration hadoop = spark.hadoopConfiguration();
        DataSet whole = DataSet.open(hadoop, request.data());
        Optional<Parts> parts = request.split().map(split -> {
            requireTrainedOn(hadoop, request.model(), whole);
            return whole.split(split);
        });
        DataSet data = parts.map(Parts::heldOut).orElse(whole);
        ModelDescription model = describe(hadoop, request, data);
        StoredModel.notice(hadoop, request.model(), model.build()).ifPresent(listener::notice);
        Transforms transforms = ModelOnData.of(model, request.model(), data, request.transforms())
                .transforms();
        Metrics metrics = Metrics.of(request.metrics(), model.classes());
        EngineChoice engine = request.engine().settle(Gpus.areGiven(spark.getConf()));
        Gpus.requireOneEach(spark.getConf(), engine.device(), request.tasks(), "tasks");
        EvaluationWork plan = EvaluationWorkBuilder.builder()
                .file(request.model())
                .model(model)
                .data(request.data())
                .rows(parts.map(Parts::rows))
                .transforms(transforms)
                .metrics(request.metrics())
                .batch(request.batch())
                .engine(engine)
                .threads(request.threads())
                .build();
        Optional<LabelSets> sets = data.info().severalLabels();
        if (sets.isPresent() && data.rows() * model.classes() > MOST_SCORES) {
            throw new BadInputException("data set " + data.uri() + " has " + Counts.of(data.rows(), "row") + " of "
                    + Counts.of(model.classes(), "class", "classes") + ", more than " + MOST_SCORES
                    + " scores, which the driver holds for the average precisions: evaluate it in parts");
        }
        int blocks = BlockScorer.blocks(data.rows(), BlockScorer.blockRows(request.batch()));
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, blocks).boxed().toList());
        Broadcast<EvaluationWork> shared = spark.broadcast(plan);
        try (RowsScored rows = RowsScored.in(spark, data.rows(), listener)) {
            JavaFutureAction<List<TaskOutcome<Blocks>>> job = spark.parallelize(
                            numbers, Math.min(request.tasks(), blocks))
                    .mapPartitions(new EvaluationTask(shared, rows.counter()))
                    .collectAsync();
            List<EvaluationMetrics> figures = new ArrayList<>();
            List<Confusion.Count> counts = new ArrayList<>();
            List<LabelScores> scores = new ArrayList<>();
            for (Blocks blocksOfATask : rows.await("the evaluation", job)) {
                figures.addAll(blocksOfATask.figures());
                counts.addAll(blocksOfATask.counts());
                scores.addAll(blocksOfATask.scores());
            }
            figures.sort(Comparator.comparingInt(EvaluationMetrics::block));
            long step = StoredModel.step(hadoop, request.model());
            return new Scored(
                    EvaluationResult.of(step, sets.isPresent() ? 1 : model.classes(), figures, metrics),
                    new Confusion(
                            step,
                            data.uri(),
                            data.info().fingerprint(),
                            data.info().classes(),
                            Confusion.add(counts)),
                    sets.map(all -> LabelScores.figures(data.info().classes(), all, scores)));
        } finally {
            shared.destroy();
        }
    }

    /** Of other rows than the run had, other ones are held out, and the run may have been trained on these. */
    private static void requireTrainedOn(Configuration hadoop, String model, DataSet data) {
        String run = model.substring(0, model.lastIndexOf('/'));
        new Checkpoints(RunDirectory.existing(hadoop, run)).newest().ifPresent(checkpoint -> {
            String before = checkpoint.manifest().determinants().getOrDefault("data.train", "");
            if (!before.equals(CanonicalText.ofWritten(Schema.text(data.info().fingerprint())))) {
                throw new BadInputException("data set " + data.uri() + " is not the one that " + run
                        + " was trained on, so that rows which are held out of it may have been trained on: put that data"
                        + " set back, or give --data with one of rows that are new");
            }
        });
    }

    private static ModelDescription describe(Configuration hadoop, Request request, DataSet data) {
        NetworkChoice choice = request.network();
        Optional<ModelDescription> asked = choice.isOwn() || choice.name().isEmpty()
                ? Optional.empty()
                : Optional.of(ModelDescription.of(
                        Catalogue.find(choice.name()).name(),
                        choice.classes().orElse(data.info().classes().size()),
                        choice.input().map(Shape.Image::parse).orElseGet(() -> request.transforms()
                                .forEvaluation()
                                .output(data.info())),
                        data.info().mean(),
                        data.info().std()));
        ModelDescription model = StoredModel.describe(hadoop, request.model(), asked);
        asked.filter(wanted -> !wanted.network().equals(model.network())).ifPresent(wanted -> {
            throw new BadInputException(request.model() + " is of " + model.network() + ", not of " + wanted.network()
                    + ": name its network");
        });
        return model;
    }

    /**
     * What a task comes back with.
     *
     * @param figures of its blocks
     * @param counts what the rows of these blocks were taken for
     * @param scores of these rows, where pictures may show several classes
     */
    record Blocks(List<EvaluationMetrics> figures, List<Confusion.Count> counts, List<LabelScores> scores) {}

    /** Scores a few blocks in one task. */
    private static final class EvaluationTask implements FlatMapFunction<Iterator<Integer>, TaskOutcome<Blocks>> {
        private static final long serialVersionUID = 1L;

        private final Broadcast<EvaluationWork> plan;
        private final LongAccumulator rows;

        EvaluationTask(Broadcast<EvaluationWork> plan, LongAccumulator rows) {
            this.plan = plan;
            this.rows = rows;
        }

        @Override
        public Iterator<TaskOutcome<Blocks>> call(Iterator<Integer> blocks) throws InterruptedException {
            return List.of(TaskOutcome.of(() -> List.of(score(blocks)))).iterator();
        }

        private Blocks score(Iterator<Integer> blocks) throws InterruptedException {
            EvaluationWork work = plan.value();
            Configuration hadoop = ExecutorSide.hadoop(SparkEnv.get().conf());
            EngineOptions options = work.engine()
                    .options(Gpus.device(work.engine().device()), work.threads(), LabelSmoothing.NONE, Frozen.NOTHING);
            DataSet whole = DataSet.open(hadoop, work.data());
            BlockScorer scorer = new BlockScorer(
                    work.rows().map(whole::only).orElse(whole),
                    work.transforms(),
                    work.batch(),
                    BlockScorer.blockRows(work.batch()),
                    PipelineOptions.defaults(),
                    Metrics.of(work.metrics(), work.model().classes()));
            List<EvaluationMetrics> figures = new ArrayList<>();
            List<Confusion.Count> counts = new ArrayList<>();
            List<LabelScores> scores = new ArrayList<>();
            try (Engine engine = Engines.find(work.engine().engine(), options.device())
                    .compile(work.model().build(), options)) {
                engine.setParameters(
                        StoredModel.read(hadoop, work.file(), work.model()).values());
                while (blocks.hasNext()) {
                    int block = blocks.next();
                    LabelScores.Taking taking =
                            new LabelScores.Taking(block, work.model().classes(), counts);
                    EvaluationMetrics scored = scorer.score(engine, 0, block, taking);
                    taking.scores().ifPresent(scores::add);
                    rows.add(scored.rows());
                    figures.add(scored);
                }
            }
            return new Blocks(figures, Confusion.add(counts), scores);
        }
    }
}
