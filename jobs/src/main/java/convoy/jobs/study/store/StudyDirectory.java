package convoy.jobs.study.store;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.lease.Lease;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.schedule.Ledger;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.StoredFormat;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of one study, on any Hadoop file system.
 *
 * <pre>
 *  study.yaml                    the study, with every key and the base in it
 *  trials/VARIANT-HASH/          the directory of a trial's run
 *  trials/VARIANT-HASH/trial.json   its record
 *  processors.json               on what kind of processor the trials of each seed are computed, where they are placed
 *  test.json                     what the one reading of the test set gave
 *  test-log.jsonl                when it was begun, and by which trials: a line for each time
 *  report/                       what is made of it
 *  study.html                    how it stood when a driver last looked
 *  .lease/                       which driver works at it
 * </pre>
 */
public final class StudyDirectory implements Ledger, AutoCloseable {
    private static final StoredFormat<TrialRecord> TRIAL = new StoredFormat<>(TrialRecord.class, 1);
    private static final StoredFormat<Placed> PLACED = new StoredFormat<>(Placed.class, 1);
    private static final StoredFormat<TestScores> TEST = new StoredFormat<>(TestScores.class, 1);
    private static final StoredFormat<Reading> READING = new StoredFormat<>(Reading.class, 1).orUnsaid();
    private static final String STUDY = "study.yaml";
    private static final String PROCESSORS = "processors.json";
    private static final String TEST_LOG = "test-log.jsonl";
    private static final String AGAIN = "remove it, and the trial is judged anew from its checkpoint";

    private final RunDirectory files;
    private final Study study;
    private final Clock clock;

    /** Empty: nobody asked to be the only one. */
    private final Optional<Lease> lease;

    private StudyDirectory(RunDirectory files, Study study, Clock clock, Optional<Lease> lease) {
        this.files = files;
        this.study = study;
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * That the test set was about to be read.
     *
     * @param at when, in UTC
     * @param trials by which it was
     */
    public record Reading(String at, List<String> trials) {
        public Reading {
            trials = List.copyOf(trials);
        }
    }

    /** Kinds of processors by seed. */
    private record Placed(SortedMap<String, String> seeds) {}

    /** What the reading of the test set gave, by trial. */
    private record TestScores(SortedMap<String, Score> scores) {}

    /**
     * Opens the directory of a study, which is made if need be; then the study is kept in it.
     *
     * @param hadoop settings of the file systems
     * @param study as asked for
     * @param clock whose time the log of readings has
     * @return the directory, held by nobody yet
     * @throws BadInputException if another study lies there, or it cannot be written
     */
    public static StudyDirectory open(Configuration hadoop, Study study, Clock clock) {
        RunDirectory files = RunDirectory.open(hadoop, "studies", study.studies(), study.name());
        StudyDirectory directory = new StudyDirectory(files, study, clock, Optional.empty());
        if (!directory.requireSame()) {
            directory.keepStudy();
        }
        return directory;
    }

    /**
     * {@return what has been recorded of a study, which is neither begun nor held nor changed by that}
     *
     * @param hadoop by which file systems are reached
     * @param study that may lie there
     * @param clock of the directory
     * @throws BadInputException if another study lies in its directory, or that cannot be read
     */
    public static Results recorded(Configuration hadoop, Study study, Clock clock) {
        Path root = ResolvedStudy.directory(study);
        FileSystem found = Storage.of(hadoop, "studies", root);
        try {
            if (!found.exists(root)) {
                return Results.none();
            }
        } catch (IOException failure) {
            throw Storage.explained(found, "study", root, failure);
        }
        StudyDirectory directory =
                new StudyDirectory(RunDirectory.existing(hadoop, Storage.uri(root)), study, clock, Optional.empty());
        directory.requireSame();
        return directory.results();
    }

    /**
     * Looks at the study that lies there; whether there is one.
     *
     * @throws BadInputException if it is another one
     */
    private boolean requireSame() {
        Path kept = files.path(STUDY);
        Optional<String> text = files.read(kept);
        text.ifPresent(before ->
                SameStudy.require(study, StudyFile.read(kept.toString(), before, List.of(), none -> ""), uri()));
        return text.isPresent();
    }

    private void keepStudy() {
        files.write(files.path(STUDY), StudyFile.write(study));
    }

    /**
     * The same directory for the one driver that may change it, until that is closed; the study as it is now is kept in it.
     *
     * @param notices hears of a wait
     * @return the directory, held until it is closed
     * @throws convoy.driver.lease.HeldByAnotherException if another driver holds it and lives
     * @throws InterruptedException if the thread is interrupted while it waits for another driver
     */
    public StudyDirectory hold(Consumer<String> notices) throws InterruptedException {
        Lease.Territory territory = new Lease.Territory(
                files.fileSystem(), files.root(), "study '" + files.root().getName() + "'");
        try {
            Lease taken =
                    Lease.take(territory, clock, ThreadLocalRandom.current().nextLong(), notices);
            StudyDirectory held = new StudyDirectory(files.heldBy(taken), study, clock, Optional.of(taken));
            // Another may have held it meanwhile, with another study.
            held.requireSame();
            held.keepStudy();
            return held;
        } catch (IOException failure) {
            throw Storage.explained(files.fileSystem(), "study", files.root(), failure);
        }
    }

    /** Lets go of it, so that the next one need not wait. */
    @Override
    public void close() {
        lease.ifPresent(Lease::close);
    }

    /** {@return the URI of the directory} */
    public String uri() {
        return Storage.uri(files.root());
    }

    /**
     * Keeps the page about the study as it stands.
     *
     * @param name of the file
     * @param html of the whole file
     */
    public void page(String name, String html) {
        files.write(files.path(name), html);
    }

    /**
     * Keeps a file of the report.
     *
     * @param name of the file
     * @param text of the whole file
     */
    public void report(String name, String text) {
        files.write(new Path(files.path("report"), name), text);
    }

    /** {@return everything that is recorded} */
    public Results results() {
        SortedMap<String, TrialRecord> trials = new TreeMap<>();
        for (String id : trials()) {
            Path file = record(id);
            files.read(file)
                    .ifPresent(text ->
                            trials.put(id, TRIAL.read(text, file.toString(), "use the version that wrote it", AGAIN)));
        }
        Path file = files.path("test.json");
        Optional<Map<String, Score>> test = files.read(file).map(text -> TEST.read(
                        text,
                        file.toString(),
                        "use the version that wrote it",
                        "restore it: the test set" + " is read once")
                .scores());
        return new Results(trials, test);
    }

    /**
     * {@return when the test set was read, in order}
     *
     * @throws BadInputException if a line of the log is none
     */
    public List<Reading> readings() {
        Path log = files.path(TEST_LOG);
        return files.read(log)
                .orElse("")
                .lines()
                .map(line -> reading(log, line))
                .toList();
    }

    private static Reading reading(Path log, String line) {
        return READING.read(
                line,
                log.toString(),
                "use the version that wrote it",
                "restore that line, or remove it, and the report lacks that reading");
    }

    private List<String> trials() {
        Path folder = files.path(ResolvedStudy.TRIALS);
        List<String> ids = new ArrayList<>();
        try {
            for (FileStatus trial : Listing.of(files.fileSystem(), folder)) {
                ids.add(trial.getPath().getName());
            }
        } catch (FileNotFoundException none) {
            return List.of();
        } catch (IOException failure) {
            throw Storage.explained(files.fileSystem(), "study", folder, failure);
        }
        return ids;
    }

    private Path record(String id) {
        return new Path(new Path(files.path(ResolvedStudy.TRIALS), id), "trial.json");
    }

    @Override
    public void keep(Trial trial, TrialRecord record) {
        files.write(record(trial.id()), TRIAL.write(record));
    }

    @Override
    public Map<Long, TrialPlace> placed() {
        Path file = files.path(PROCESSORS);
        Map<Long, TrialPlace> places = new TreeMap<>();
        files.read(file)
                .map(text -> PLACED.read(
                                text,
                                file.toString(),
                                "use the version that wrote it",
                                "restore it: trials that are compared are computed on one kind of processor")
                        .seeds())
                .ifPresent(seeds -> seeds.forEach((seed, kind) -> places.put(seed(file, seed), new TrialPlace(kind))));
        return places;
    }

    private static long seed(Path file, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new BadInputException(
                    file + " has a place for seed '" + text + "', which is no number: restore it, or remove that line",
                    none);
        }
    }

    @Override
    public void keepPlaced(Map<Long, TrialPlace> places) {
        SortedMap<String, String> seeds = new TreeMap<>();
        places.forEach((seed, place) -> seeds.put(Long.toString(seed), place.kind()));
        files.write(files.path(PROCESSORS), PLACED.write(new Placed(seeds)));
    }

    /** Of another file than the scores: times are not the same in two studies that are. */
    @Override
    public void beginTest(List<Trial> trials) {
        Path log = files.path(TEST_LOG);
        Reading reading = new Reading(
                clock.now().toString(), trials.stream().map(Trial::id).toList());
        files.write(log, files.read(log).orElse("") + READING.writeLine(reading) + "\n");
    }

    @Override
    public void keepTest(Map<String, Score> scores) {
        files.write(files.path("test.json"), TEST.write(new TestScores(new TreeMap<>(scores))));
    }
}
