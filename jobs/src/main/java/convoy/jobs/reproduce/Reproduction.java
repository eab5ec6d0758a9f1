package convoy.jobs.reproduce;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Resources;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.driver.spark.training.Slots;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.jobs.launch.Uris;
import convoy.jobs.progress.TrainingReporter;
import convoy.jobs.runfile.RunFile;
import convoy.parameterserver.time.Clock;
import convoy.worker.storage.Storage;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes models again: looks whether that can be done, trains, compares. */
final class Reproduction {
    /** So long is waited for the first executor to say on what it computes. */
    private static final Duration COMING = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(200);

    private final Configuration hadoop;
    private final Request request;
    private final List<Planned> planned;
    private final Optional<String> beginning;

    private Reproduction(Configuration hadoop, Request request, List<Planned> planned, Optional<String> beginning) {
        this.hadoop = hadoop;
        this.request = request;
        this.planned = List.copyOf(planned);
        this.beginning = beginning;
    }

    /**
     * One model of the line.
     *
     * @param run as it is trained here
     * @param target where
     * @param check without what workers compute on
     */
    private record Planned(Original original, RunConfiguration run, Target target, Check check) {}

    /**
     * Finds out what is to be done, and reads all of the data once. Nothing is changed by that.
     *
     * @throws convoy.records.BadInputException if it cannot be done at all
     */
    static Reproduction of(Configuration hadoop, Request request) {
        Original last = Original.of(hadoop, request.asked(), request.runFile());
        Lineage lineage = request.ancestors()
                ? Lineage.of(hadoop, last, request.moves())
                : new Lineage(List.of(last), Optional.empty());
        request.moves()
                .requireUsed(
                        lineage.line().stream().map(Original::configuration).toList());
        List<Planned> planned = new ArrayList<>();
        for (Original original : lineage.line()) {
            Optional<String> to = original.equals(last) ? request.to() : Optional.empty();
            Target target = to.map(asked -> Target.asked(hadoop, asked, original))
                    .orElseGet(() -> Target.usual(hadoop, beside(original, request.runFile()), original));
            RunConfiguration run = here(hadoop, original, request)
                    .with()
                    .runs(target.runs())
                    .name(target.name())
                    .build();
            planned.add(new Planned(original, run, target, check(hadoop, original, run, request)));
        }
        return new Reproduction(hadoop, request, planned, lineage.beginning());
    }

    /**
     * The folder in which the run's own lies; of a model that stands alone, the one that it stands in; of a version of a registry, in which
     * nothing else may be, the one that its run lay in.
     */
    private static String beside(Original original, Optional<String> runFile) {
        if (original.reference().isPresent()) {
            return Uris.local(original.configuration().runs());
        }
        Path folder = Storage.path("run", original.folder());
        Path above = folder.getParent();
        return runFile.isPresent() || above == null ? original.folder() : Storage.uri(above);
    }

    private static RunConfiguration here(Configuration hadoop, Original original, Request request) {
        RunConfiguration moved =
                Lineage.withWeights(hadoop, original, request.moves().of(original.configuration()));
        return RunFile.read(RunConfiguration.class, Original.RUN_FILE, RunFile.stored(moved), request.overrides());
    }

    private static Check check(Configuration hadoop, Original original, RunConfiguration run, Request request) {
        Check check = Check.of(hadoop, original, run);
        boolean promises = original.configuration().computation().deterministic();
        return promises || request.tolerance().isPresent()
                ? check
                : check.with("the run has deterministic = false, so that no two trainings give the same bits: give"
                        + " --tolerance to compare numbers");
    }

    /** What the application has to have room for. */
    RunSize size() {
        List<Resources> all =
                planned.stream().map(each -> each.run().resources()).toList();
        return new RunSize(
                all.stream().mapToInt(Resources::servers).max().orElse(1),
                all.stream().mapToInt(Resources::threads).max().orElse(1),
                all.stream().mapToInt(Resources::workers).max().orElse(1));
    }

    /** The settings that the application has to have. */
    Map<String, String> settings() {
        return Allotment.placing();
    }

    /** What began the line and is known by its SHA-256 alone, in one line. */
    Optional<String> beginning() {
        return beginning;
    }

    /** The models as they are refused without an application being started; empty if none is, or it shall be tried anyway. */
    Optional<List<Part>> refused() {
        boolean able =
                planned.stream().allMatch(each -> each.check().differences().isEmpty());
        return able || request.anyway() ? Optional.empty() : Optional.of(looked());
    }

    private List<Part> looked() {
        return planned.stream()
                .map(each -> Part.checked(each.original(), each.check()))
                .toList();
    }

    /** Looks at what an application's workers compute on as well. */
    List<Part> check(SparkApplication spark) throws InterruptedException {
        List<Part> parts = new ArrayList<>();
        for (Planned each : planned) {
            parts.add(Part.checked(each.original(), whole(spark, each)));
        }
        return parts;
    }

    /** With what is known of the workers. */
    private static Check whole(SparkApplication spark, Planned each) throws InterruptedException {
        Check check = spark.isLocal() ? each.check().withEngine(each.run()) : each.check();
        return Check.processor(each.original()).isEmpty()
                ? check
                : check.withProcessors(each.original(), kinds(spark, each));
    }

    private static Set<String> kinds(SparkApplication spark, Planned each) throws InterruptedException {
        String engine = each.run().computation().engine();
        Supplier<Set<String>> said =
                () -> new TreeSet<>(Slots.byProcessor(spark, engine).keySet());
        Clock clock = SparkTraining.clock();
        long begun = clock.nanoTime();
        Set<String> kinds = said.get();
        while (kinds.isEmpty() && clock.nanoTime() - begun < COMING.toNanos()) {
            clock.pause(LOOK);
            kinds = said.get();
        }
        return kinds;
    }

    /**
     * Trains, one model after the other, as long as each has what it had.
     *
     * @param err on which is told how each training goes
     */
    List<Part> make(SparkApplication spark, PrintWriter err) throws InterruptedException {
        List<Part> parts = new ArrayList<>();
        Optional<String> parent = Optional.empty();
        for (Planned each : planned) {
            Check check = whole(spark, each);
            if (!check.differences().isEmpty() && !request.anyway()) {
                parts.add(Part.checked(each.original(), check));
                return parts;
            }
            Part part;
            try (TrainingReporter reporter = new TrainingReporter(err)) {
                part = make(spark, each, check, parent, reporter);
            }
            parts.add(part);
            if (part.outcome() == Outcome.STOPPED || part.outcome() == Outcome.DIFFERS) {
                return parts;
            }
            parent = Optional.of(each.target().uri());
        }
        return parts;
    }

    private Part make(
            SparkApplication spark, Planned each, Check check, Optional<String> parent, TrainingListener listener)
            throws InterruptedException {
        Original original = each.original();
        Target target = each.target();
        listener.notice(original.model() + " is made again in " + target.uri());
        RunDirectory directory = RunDirectory.open(hadoop, "to", target.runs(), target.name());
        Marker marker = Marker.read(directory).orElseGet(() -> Marker.begun(original));
        if (marker.outcome().isEmpty()) {
            marker.write(directory);
        }
        TrainingResult result = SparkTraining.run(
                spark,
                allotment(spark, each),
                parent.map(made -> Lineage.beginningWith(each.run(), made)).orElse(each.run()),
                new TrainingOptions(RunFile::stored, Optional.empty()),
                listener);
        if (result.outcome() == TrainingResult.Outcome.STOPPED) {
            return Part.stopped(original, check, target.uri());
        }
        Comparison comparison = Comparison.of(hadoop, original, target.uri(), request.tolerance());
        marker.ended(comparison).write(directory);
        return Part.compared(original, check, target.uri(), comparison);
    }

    /** Where executors compute on several kinds, the workers are those of the one. */
    private static Allotment allotment(SparkApplication spark, Planned each) throws InterruptedException {
        Optional<String> kind = Check.processor(each.original());
        if (kind.isEmpty()) {
            return Allotment.whole();
        }
        Set<String> kinds = kinds(spark, each);
        boolean isMixed = kinds.size() > 1 && kinds.contains(kind.get());
        return isMixed ? Allotment.whole().on(kind.get()) : Allotment.whole();
    }
}
