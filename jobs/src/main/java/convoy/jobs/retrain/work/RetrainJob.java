package convoy.jobs.retrain.work;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Seeds;
import convoy.driver.profile.ProfileStore;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Hand;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.Registry;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.file.Guards;
import convoy.jobs.retrain.file.Pipeline;
import convoy.jobs.retrain.file.PipelineFile;
import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.news.DataListing;
import convoy.jobs.retrain.run.Attempt;
import convoy.jobs.retrain.run.Outcome;
import convoy.jobs.retrain.run.Ports;
import convoy.jobs.retrain.run.Retraining;
import convoy.records.text.Sha256;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;

/** One retraining on Spark, from what lies there to what serves. */
public final class RetrainJob {
    private final SparkApplication spark;
    private final Configuration hadoop;
    private final Pipeline pipeline;
    private final Call call;
    private final RunConfiguration base;
    private final Hand hand;

    /** The data of the pipeline, once it is known where they lie. */
    private Optional<PipelineData> data = Optional.empty();

    /** What a person should know of this call's data, which the card says too. */
    private final List<String> found = new ArrayList<>();

    /**
     * What a call asks for, and where it tells of it.
     *
     * @param because a reason to promote against the verdict; empty: the verdict decides
     * @param texts gives the text that lies at an address
     * @param err for progress and notices
     */
    public record Call(Optional<String> because, UnaryOperator<String> texts, PrintWriter err) {}

    private RetrainJob(SparkApplication spark, Configuration hadoop, Pipeline pipeline, Call call) {
        this.spark = spark;
        this.hadoop = hadoop;
        this.pipeline = pipeline;
        this.call = call;
        this.base = PipelineFile.run(pipeline);
        this.hand = Hand.here(SparkTraining.clock(), call.err()::println);
    }

    /**
     * Does what is left to do: trains if there is something new, and promotes what is better.
     *
     * @param spark the application
     * @param hadoop settings of the file systems
     * @param pipeline whose base is a mapping
     * @param call what is asked for
     * @return how it ended
     * @throws convoy.records.BadInputException if the pipeline, or what it names, cannot work
     * @throws convoy.driver.lease.HeldByAnotherException if another call works there
     * @throws InterruptedException if the thread is interrupted while it waits for another holder's signs
     */
    public static Outcome run(SparkApplication spark, Configuration hadoop, Pipeline pipeline, Call call)
            throws InterruptedException {
        return new RetrainJob(spark, hadoop, pipeline, call).run();
    }

    private Outcome run() throws InterruptedException {
        makeRegistry();
        try (Workplace place = Workplace.take(hadoop, pipeline.registry(), pipeline.name(), hand)) {
            JoinedSets sets = new JoinedSets(place, pipeline.heldOut());
            ChallengerTrainer trainer = new ChallengerTrainer(
                    spark, pipeline, place, sets, number -> registry().folder(number), call.err());
            HeldOutScorer scorer = new HeldOutScorer(
                    spark, place, trainer, number -> registry().model(number), call.err());
            RegistryLine line = new RegistryLine(
                    hadoop, pipeline.registry(), pipeline.name(), hand, making(place, trainer, scorer));
            SnapshotSets snapshots = new SnapshotSets(spark, place, call.err());
            PipelineData looking = PipelineDataBuilder.builder()
                    .spark(spark)
                    .pipeline(pipeline)
                    .listing(new DataListing(hadoop, call.texts(), snapshots::list))
                    .snapshots(snapshots)
                    .sets(sets)
                    .profiles(new ProfileStore(hadoop, place.profiles()))
                    .trainedOn(line::trainedOn)
                    .build();
            data = Optional.of(looking);
            return new Retraining(
                            new Ports(looking, trainer, scorer, line),
                            pipeline.guards(),
                            pipeline.promotion(),
                            new Retraining.Request(recipe(pipeline), call.because(), this::warn))
                    .run();
        }
    }

    private Registry registry() {
        return Registry.open(hadoop, pipeline.registry());
    }

    private void makeRegistry() throws InterruptedException {
        Optional<Registry> there = Registry.find(hadoop, pipeline.registry());
        if (there.isPresent()) {
            there.get().requireName(pipeline.name());
        } else {
            HeldRegistry.create(hadoop, pipeline.registry(), pipeline.name(), hand)
                    .close();
        }
    }

    private void warn(String sentence) {
        found.add(sentence);
        call.err().println(sentence);
    }

    private RegistryLine.Making making(Workplace place, ChallengerTrainer trainer, HeldOutScorer scorer) {
        CardMaker cards = new CardMaker(hadoop, pipeline, place, scorer);
        return new RegistryLine.Making() {
            @Override
            public String run(Attempt attempt) {
                return trainer.directory(attempt);
            }

            @Override
            public String family() {
                return recipe(withoutSeeds());
            }

            @Override
            public List<String> drift() {
                return List.copyOf(found);
            }

            @Override
            public Addition with(Addition addition, Attempt attempt, PromotionVerdict verdict, long number) {
                return cards.with(
                        addition,
                        new CardMaker.Subject(
                                attempt,
                                trainer.directory(attempt),
                                number,
                                data.flatMap(known -> known.drift(attempt))),
                        found,
                        verdict);
            }
        };
    }

    private Pipeline withoutSeeds() {
        return pipeline.withBase(PipelineFile.written(base.withSeed(0).withSeeds(Seeds.defaults())));
    }

    /** Where the registry lies, what guards look at and who is told decide nothing of a model. */
    private static String recipe(Pipeline pipeline) {
        return Sha256.digits(PipelineFile.write(pipeline.withRegistry("registry")
                .withGuards(Guards.defaults())
                .withPromotion(PromotionRules.defaults())
                .withNotifying(List.of())));
    }
}
