package convoy.jobs.study.run;

import convoy.driver.configuration.Resources;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.driver.spark.training.ApplicationMemory;
import convoy.driver.spark.training.Slots;
import convoy.driver.spark.training.SparkTraining;
import convoy.jobs.study.file.Processors;
import convoy.jobs.study.findings.Analysis;
import convoy.jobs.study.findings.Findings;
import convoy.jobs.study.page.LivePage;
import convoy.jobs.study.page.Material;
import convoy.jobs.study.page.StudyFiles;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.preview.Forecast;
import convoy.jobs.study.preview.Pace;
import convoy.jobs.study.preview.Paces;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.schedule.MemoryCap;
import convoy.jobs.study.schedule.Scheduler;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.jobs.study.store.StudyDirectory;
import convoy.jobs.study.verdict.Measure;
import convoy.jobs.study.verdict.Prospect;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.worker.engine.Device;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One call's part of a study: from where it stands to its end, or to where it is asked to stop. */
public final class Ablation {
    private static final Duration LOOK = Duration.ofMillis(500);
    /** For executors to come. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Executors that were asked for together come within it of each other. */
    private static final Duration CALM = Duration.ofSeconds(3);
    /** For what executors that have come say of themselves, twice a second. */
    private static final Duration SIGNS = Duration.ofSeconds(10);

    private final SparkApplication spark;
    private final ResolvedStudy resolved;
    private final Room room;
    private final Clock clock = SparkTraining.clock();

    /**
     * Makes a study ready to run, in an application that was started with {@link #settings}.
     *
     * @param spark the application
     * @param resolved the study
     */
    public Ablation(SparkApplication spark, ResolvedStudy resolved) {
        this.spark = spark;
        this.resolved = resolved;
        this.room = new Room(room(spark, resolved), workers().max().orElse(1));
    }

    private static Supplier<Map<TrialPlace, Integer>> room(SparkApplication spark, ResolvedStudy resolved) {
        if (!isPlaced(resolved)) {
            Slots slots = Slots.of(spark);
            return () -> Map.of(TrialPlace.ANYWHERE, slots.room());
        }
        return () -> {
            Map<TrialPlace, Integer> places = new TreeMap<>();
            Slots.byProcessor(spark, resolved.choice().engine())
                    .forEach((kind, tasks) -> places.put(new TrialPlace(kind), tasks));
            return places;
        };
    }

    /** Where no bits are promised, and on GPUs, which count as one kind, there is nothing to keep apart. */
    private static boolean isPlaced(ResolvedStudy resolved) {
        return resolved.study().processors() == Processors.BLOCKED
                && resolved.choice().deterministic()
                && resolved.choice().device().equals(Device.CPU.toString());
    }

    /**
     * {@return settings of the application that a study runs in}
     *
     * @param resolved the study
     */
    public static Map<String, String> settings(ResolvedStudy resolved) {
        return isPlaced(resolved) ? Allotment.placing() : Allotment.settings();
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
            resources = resources
                    .with()
                    .threads(Math.max(resources.threads(), each.threads()))
                    .workers(Math.max(resources.workers(), each.workers()))
                    .servers(Math.max(resources.servers(), each.servers()))
                    .build();
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
        if (!spark.isLocal() || isPlaced(resolved)) {
            room.await(clock, PATIENCE, spark.isLocal() ? Duration.ZERO : CALM);
        }
        return Preview.of(resolved, room.inAll());
    }

    /**
     * How long it takes from where it stands, by what is stated, by trials that were trained, and by what is measured now.
     *
     * @param preview of the study
     * @param stated by variant, images a second of one worker
     * @param measure whether to measure, for some seconds each, the networks of variants of which no pace is known
     * @return empty if no pace is known, or there is no room
     * @throws BadInputException if what is stated is no pace, or this machine cannot compute
     * @throws InterruptedException if the thread is interrupted while it measures
     */
    public Optional<Forecast> forecast(Preview preview, Map<String, Double> stated, boolean measure)
            throws InterruptedException {
        Results before = StudyDirectory.recorded(spark.hadoop(), resolved.study(), clock);
        Map<String, Pace> paces = new TreeMap<>(PaceSources.ofTrials(spark.hadoop(), resolved, before));
        paces.putAll(Paces.stated(preview, stated));
        if (measure) {
            // Elsewhere than in this process, nobody else computes here.
            int atOnce = spark.isLocal() ? Math.max(1, preview.atOnce()) : 1;
            paces.putAll(PaceSources.measured(spark.hadoop(), resolved, paces.keySet(), atOnce));
        }
        return Forecast.of(resolved, before, preview.slots(), Paces.complete(preview, paces));
    }

    /**
     * Runs it.
     *
     * @param preview what it comes to
     * @param call what else is asked for
     * @param err standard error, or what stands for it
     * @return how it ended
     * @throws BadInputException if a trial was given what cannot work
     * @throws convoy.driver.lease.HeldByAnotherException if another driver runs the study
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Ended run(Preview preview, Call call, PrintWriter err) throws InterruptedException {
        int narrowest = Math.max(1, workers().min().orElse(1));
        try (StudyDirectory directory = StudyDirectory.open(spark.hadoop(), resolved.study(), clock)
                        .hold(err::println);
                StudyProgress progress = new StudyProgress(preview, err, clock);
                SparkTrials trials = new SparkTrials(
                        spark,
                        resolved.study(),
                        Math.max(1, preview.trials()),
                        () -> Math.max(1, room.inAll() / narrowest),
                        progress)) {
            Results before = call.readTestAgain() ? directory.results().withoutTest() : directory.results();
            Plan plan = new Plan(resolved.design(), resolved.trials());
            // What they have before anything runs is what they have without it.
            Room.await(clock, SIGNS, ApplicationMemory::isTold);
            MemoryCap cap = new MemoryCap(room, this::memory, workers().max().orElse(1));
            Scheduler scheduler = new Scheduler(plan, before, trials, cap, directory);
            PageWriter page = new PageWriter(directory, resolved.study(), spark.page(), clock);
            StudyState state = drive(scheduler, trials, () -> {
                progress.show(scheduler.state(), cap.binding());
                page.renew(scheduler.state(), () -> progress.page(scheduler.underWay(), cap.binding()));
                cap.look(scheduler.workers(), trials.hasSettled());
            });
            LivePage.Progress last = progress.page(scheduler.underWay(), Optional.empty());
            if (!(state.next() instanceof StudyState.End)) {
                page.end(state, last);
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
            page.end(state, last);
            return new Ended(directory.uri(), Optional.of(findings), StudyProgress.table(state));
        }
    }

    private List<MemoryCap.Store> memory() {
        return ApplicationMemory.of(spark).stream()
                .map(memory -> new MemoryCap.Store(
                        memory.name(), memory.processes(), memory.used(), memory.held(), memory.limit()))
                .toList();
    }

    /** @param look is called now and then, before what there is room for is begun */
    private StudyState drive(Scheduler scheduler, SparkTrials trials, Runnable look) throws InterruptedException {
        ProcessorKinds kinds = ProcessorKinds.ofCheckpoints(spark.hadoop(), resolved.study());
        scheduler.fill();
        look.run();
        while (!(trials.isStopping() ? trials.isIdle() : scheduler.isOver())) {
            trials.await(LOOK);
            if (trials.isStopping()) {
                scheduler.stop();
            }
            kinds.require(scheduler.state());
            look.run();
            scheduler.fill();
        }
        return scheduler.state();
    }
}
