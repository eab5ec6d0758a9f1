package convoy.jobs.study.run;

import convoy.driver.configuration.Resources;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Slots;
import convoy.driver.spark.training.SparkTraining;
import convoy.jobs.study.findings.Analysis;
import convoy.jobs.study.findings.Findings;
import convoy.jobs.study.page.Material;
import convoy.jobs.study.page.StudyFiles;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.schedule.Scheduler;
import convoy.jobs.study.store.StudyDirectory;
import convoy.jobs.study.verdict.Measure;
import convoy.jobs.study.verdict.Prospect;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One call's part of a study: from where it stands to its end, or to where it is asked to stop. */
public final class Ablation {
    private static final Duration LOOK = Duration.ofMillis(500);
    /** For executors to come. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SparkApplication spark;
    private final ResolvedStudy resolved;
    private final Room room;
    private final Clock clock = SparkTraining.clock();

    /**
     * Makes a study ready to run, in an application that was started with {@link convoy.driver.spark.training.Allotment#settings}.
     *
     * @param spark the application
     * @param resolved the study
     */
    public Ablation(SparkApplication spark, ResolvedStudy resolved) {
        this.spark = spark;
        this.resolved = resolved;
        this.room = new Room(Slots.of(spark)::room, workers().max().orElse(1));
    }

    /**
     * One call of the command.
     *
     * @param release of Convoy, for the report
     * @param readTestAgain whether the test set is read although it was read before
     */
    public record Call(String release, boolean readTestAgain) {}

    /**
     * How a call ended.
     *
     * @param directory of the study
     * @param findings what the study found; empty: it was asked to stop before
     * @param table how the variants stand
     */
    public record Ended(String directory, Optional<Findings> findings, List<String> table) {
        public Ended {
            table = List.copyOf(table);
        }
    }

    private IntStream workers() {
        return resources(resolved).stream().mapToInt(Resources::workers);
    }

    /**
     * {@return what an application has to have room for, at least: the widest trial}
     *
     * @param resolved the study
     */
    public static RunSize size(ResolvedStudy resolved) {
        Resources resources = Resources.defaults();
        for (Resources each : resources(resolved)) {
            resources = new Resources(
                    Math.max(resources.threads(), each.threads()),
                    Math.max(resources.workers(), each.workers()),
                    Math.max(resources.servers(), each.servers()));
        }
        return new RunSize(resources.servers(), resources.threads(), resources.workers());
    }

    /** What a trial of each variant asks for. */
    private static List<Resources> resources(ResolvedStudy resolved) {
        long seed = resolved.study().seeds().values().get(0);
        return resolved.design().variants().stream()
                .map(variant -> resolved.trials()
                        .apply(Cell.of(variant, Optional.empty(), seed))
                        .configuration()
                        .resources())
                .toList();
    }

    /**
     * Refuses to train what can show nothing.
     *
     * @param preview of the study
     * @throws BadInputException if no scores could make the study's test reject
     */
    public static void requireTestThatCanReject(Preview preview) {
        Prospect prospect = prospect(preview);
        if (!prospect.canReject()) {
            throw new BadInputException(Refusal.of(
                            "seeds.values", preview.study().seeds().values())
                    .because("has " + prospect.seeds() + " < " + prospect.fewestSeeds() + ", with fewer of which "
                            + prospect.test().title() + " cannot reject at level " + prospect.level() + " over "
                            + Counts.of(prospect.comparisons(), "comparison") + ", whatever the scores")
                    .instead("give more seeds, or --anyway to train what can show nothing"));
        }
    }

    private static Prospect prospect(Preview preview) {
        return new Prospect(
                preview.study().statistics().test(),
                preview.study().seeds().values().size(),
                preview.comparisons(),
                preview.study().statistics().level());
    }

    /**
     * {@return what the study's test can show, in sentences}
     *
     * @param preview of the study
     */
    public static List<String> sentences(Preview preview) {
        Optional<Double> points = preview.study().statistics().deviation();
        return prospect(preview)
                .sentences(
                        Measure.ACCURACY,
                        points.isPresent() ? OptionalDouble.of(points.get() / 100) : OptionalDouble.empty());
    }

    /**
     * {@return what the study comes to here}
     *
     * @throws InterruptedException if the thread is interrupted while it waits for executors
     */
    public Preview preview() throws InterruptedException {
        if (!spark.isLocal()) {
            room.await(clock, PATIENCE);
        }
        return Preview.of(resolved, new Preview.Room(room.workers(), Optional.empty()));
    }

    /**
     * Runs it.
     *
     * @param preview what it comes to
     * @param call what else is asked for
     * @param err standard error, or what stands for it
     * @return how it ended
     * @throws BadInputException if another driver runs the study, or a trial was given what cannot work
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Ended run(Preview preview, Call call, PrintWriter err) throws InterruptedException {
        int atOnce = Math.max(1, room.workers() / Math.max(1, workers().min().orElse(1)));
        try (StudyDirectory directory = StudyDirectory.open(spark.hadoop(), resolved.study(), clock)
                        .hold(err::println);
                StudyProgress progress = new StudyProgress(preview, err, clock);
                SparkTrials trials = new SparkTrials(spark, resolved.study(), atOnce, progress)) {
            Results before = call.readTestAgain() ? directory.results().withoutTest() : directory.results();
            Plan plan = new Plan(resolved.design(), resolved.trials());
            StudyState state = drive(new Scheduler(plan, before, trials, room, directory), trials, progress);
            if (!(state.next() instanceof StudyState.End)) {
                return new Ended(directory.uri(), Optional.empty(), StudyProgress.table(state));
            }
            Findings findings = Analysis.of(resolved.study(), state);
            Material.Origin origin = Material.Origin.of(
                    spark.hadoop(),
                    resolved.study(),
                    call.release(),
                    !prospect(preview).canReject());
            StudyFiles.of(Material.of(spark.hadoop(), resolved, state, findings, origin), directory.readings())
                    .forEach(directory::report);
            return new Ended(directory.uri(), Optional.of(findings), StudyProgress.table(state));
        }
    }

    private StudyState drive(Scheduler scheduler, SparkTrials trials, StudyProgress progress)
            throws InterruptedException {
        ProcessorKinds kinds = ProcessorKinds.ofCheckpoints(spark.hadoop(), resolved.study());
        scheduler.fill();
        progress.show(scheduler.state());
        while (!(trials.isStopping() ? trials.isIdle() : scheduler.isOver())) {
            trials.await(LOOK);
            if (trials.isStopping()) {
                scheduler.stop();
            }
            kinds.require(scheduler.state());
            scheduler.fill();
            progress.show(scheduler.state());
        }
        return scheduler.state();
    }
}
