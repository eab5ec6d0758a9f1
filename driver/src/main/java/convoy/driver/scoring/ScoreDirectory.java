package convoy.driver.scoring;

import convoy.driver.lease.Lease;
import convoy.driver.replacing.Location;
import convoy.driver.replacing.Location.Relation;
import convoy.driver.replacing.WholeFile;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory of scores, held by the one driver that may change it.
 *
 * <pre>
 *  .lease/                           who owns the directory
 *  _scoring.json                     the plan, until all is whole
 *  scores-00000-of-00013.parquet, …  each whole from the moment when it has its name
 *  .scores-00001-of-00013.parquet.7  being written by an attempt of a task
 *  score.json                        the plan and all files: written when the others are there
 *  _SUCCESS                          as Hadoop's jobs leave it
 * </pre>
 *
 * <p>Killed at any moment, the same plan goes on with the files that have their names. Only these files are ever deleted.
 */
public final class ScoreDirectory implements AutoCloseable {
    private static final String SUCCESS = "_SUCCESS";

    private static final Pattern PART = Pattern.compile("scores-\\d{5,}-of-\\d{5,}\\.parquet");
    private static final Pattern DRAFT = Pattern.compile(
            "\\.(scores-\\d{5,}-of-\\d{5,}\\.parquet\\.\\d+|score\\.json\\.draft|_scoring\\.json\\.draft)");
    private static final Set<String> OURS =
            Set.of(ScoreDescription.FILE, ScorePlan.FILE, SUCCESS, Lease.FOLDER, ".DS_Store");

    private final FileSystem files;
    private final Path directory;
    private final ScorePlan plan;
    private final Lease lease;
    private final Optional<ScoreDescription> finished;

    private ScoreDirectory(
            FileSystem files, Path directory, ScorePlan plan, Lease lease, Optional<ScoreDescription> finished) {
        this.files = files;
        this.directory = directory;
        this.plan = plan;
        this.lease = lease;
        this.finished = finished;
    }

    /**
     * Looks at the place, takes hold of it, and makes it ready for the plan's files.
     *
     * @param hadoop settings of the file systems
     * @param to URI of the directory
     * @param plan what shall be there
     * @param overwrite whether scores of another plan that are there may be deleted
     * @param clock by which it is held
     * @param notices hears of a wait for another driver
     * @return the directory, to be closed
     * @throws BadInputException if something is there that may not be, then nothing was changed; or if another driver holds it
     * @throws InterruptedException if interrupted while waiting for another driver
     */
    public static ScoreDirectory prepare(
            Configuration hadoop, String to, ScorePlan plan, boolean overwrite, Clock clock, Consumer<String> notices)
            throws InterruptedException {
        Location target = Location.of(hadoop, "target", to);
        if (target.path().getParent() == null) {
            throw new BadInputException("target " + to + " is the root of the file system: name a directory in it");
        }
        requireApart(target, Location.of(hadoop, "data set", plan.data()), "data set");
        Location model = Location.of(hadoop, "model", plan.model());
        Relation relation = model.relation(target);
        if (relation == Relation.SAME || relation == Relation.BELOW) {
            throw new BadInputException(
                    "model " + model + " lies in target " + target + ": name a directory for the scores alone");
        }
        FileSystem files = target.files();
        Path directory = target.path();
        try {
            requireOnlyOurs(files, directory, to);
            requireSame(files, directory, plan, to, overwrite);
            files.mkdirs(directory);
            Lease lease = Lease.take(
                    new Lease.Territory(files, directory, "scores '" + directory.getName() + "'"),
                    clock,
                    ThreadLocalRandom.current().nextLong(),
                    notices);
            try {
                Optional<ScoreDescription> finished = begin(files, directory, plan, to, overwrite);
                return new ScoreDirectory(files, directory, plan, lease, finished);
            } catch (IOException | RuntimeException failure) {
                lease.close();
                throw failure;
            }
        } catch (IOException e) {
            throw Storage.unwritten(files, "target", directory, e);
        }
    }

    private static void requireApart(Location target, Location source, String what) {
        String where =
                switch (source.relation(target)) {
                    case APART -> "";
                    case SAME -> "and target " + target + " are the same place";
                    case BELOW -> "lies in target " + target;
                    case ABOVE -> "holds target " + target;
                };
        if (!where.isEmpty()) {
            throw new BadInputException(what + " " + source + " " + where + ": name a directory for the scores alone");
        }
    }

    private static void requireOnlyOurs(FileSystem files, Path directory, String to) throws IOException {
        if (files.exists(directory) && !files.getFileStatus(directory).isDirectory()) {
            throw new BadInputException("target " + to + " is a file: name a directory");
        }
        List<FileStatus> present = list(files, directory);
        Optional<String> stranger = present.stream()
                .map(status -> status.getPath().getName())
                .filter(name -> !isOurs(name))
                .sorted()
                .findFirst();
        if (stranger.isPresent()) {
            throw new BadInputException(
                    "target " + to + " holds " + stranger.get()
                            + ", which is no part of scores: name another; only scores and nothing beside them are ever replaced");
        }
        boolean known = present.stream()
                .map(status -> status.getPath().getName())
                .anyMatch(name -> name.equals(ScoreDescription.FILE) || name.equals(ScorePlan.FILE));
        Optional<String> part = present.stream()
                .map(status -> status.getPath().getName())
                .filter(name -> PART.matcher(name).matches())
                .findFirst();
        if (part.isPresent() && !known) {
            throw new BadInputException("target " + to + " holds " + part.get() + " and neither "
                    + ScoreDescription.FILE + " nor " + ScorePlan.FILE
                    + ", so that nobody knows what it is of: name another");
        }
    }

    private static boolean isOurs(String name) {
        String file = name.startsWith(".") && name.endsWith(".crc") ? name.substring(1, name.length() - 4) : name;
        return OURS.contains(file)
                || PART.matcher(file).matches()
                || DRAFT.matcher(file).matches();
    }

    private static List<FileStatus> list(FileSystem files, Path directory) throws IOException {
        try {
            return List.of(Listing.of(files, directory));
        } catch (FileNotFoundException nothingYet) {
            return List.of();
        }
    }

    /** The plan of what is there, whole or not. */
    private static Optional<ScorePlan> planThere(FileSystem files, Path directory) throws IOException {
        Optional<ScoreDescription> whole = read(files, directory, ScoreDescription.FILE)
                .map(text -> ScoreDescription.fromJson(text, directory + "/" + ScoreDescription.FILE));
        if (whole.isPresent()) {
            return whole.map(ScoreDescription::plan);
        }
        return read(files, directory, ScorePlan.FILE)
                .map(text -> ScorePlan.fromJson(text, directory + "/" + ScorePlan.FILE));
    }

    private static void requireSame(FileSystem files, Path directory, ScorePlan plan, String to, boolean overwrite)
            throws IOException {
        if (overwrite) {
            return;
        }
        Optional<ScorePlan> there = planThere(files, directory);
        if (there.isPresent() && !there.get().fingerprint().equals(plan.fingerprint())) {
            throw new BadInputException("target " + to + " holds other scores ("
                    + String.join("; ", plan.differences(there.get()))
                    + "): name another, or say --overwrite to replace them");
        }
    }

    private static Optional<ScoreDescription> begin(
            FileSystem files, Path directory, ScorePlan plan, String to, boolean overwrite) throws IOException {
        // Another may have held it meanwhile.
        requireOnlyOurs(files, directory, to);
        requireSame(files, directory, plan, to, overwrite);
        if (overwrite) {
            clear(files, directory);
        }
        Optional<ScoreDescription> finished = read(files, directory, ScoreDescription.FILE)
                .map(text -> ScoreDescription.fromJson(text, directory + "/" + ScoreDescription.FILE));
        if (finished.isPresent()) {
            for (ScorePart part : finished.get().files()) {
                requireLength(files, new Path(directory, part.name()), part.bytes(), to);
            }
            return finished;
        }
        byte[] text = plan.toJson().getBytes(StandardCharsets.UTF_8);
        WholeFile.write(files, new Path(directory, ScorePlan.FILE), out -> out.write(text));
        return Optional.empty();
    }

    private static void requireLength(FileSystem files, Path path, long bytes, String to) throws IOException {
        long found;
        try {
            found = files.getFileStatus(path).getLen();
        } catch (FileNotFoundException gone) {
            found = -1;
        }
        if (found != bytes) {
            throw new BadInputException("target " + to + " lacks " + path.getName() + " as its " + ScoreDescription.FILE
                    + " has it: say --overwrite to score anew");
        }
    }

    /** First what says that the others are whole. */
    private static void clear(FileSystem files, Path directory) throws IOException {
        files.delete(new Path(directory, SUCCESS), false);
        for (FileStatus status : list(files, directory)) {
            String name = status.getPath().getName();
            if (name.equals(ScoreDescription.FILE) || name.equals(ScorePlan.FILE)) {
                continue;
            }
            if (status.isFile() && isOurs(name)) {
                files.delete(status.getPath(), false);
            }
        }
        // Until here they told whose files these are.
        files.delete(new Path(directory, ScoreDescription.FILE), false);
        files.delete(new Path(directory, ScorePlan.FILE), false);
    }

    static Optional<String> read(FileSystem files, Path directory, String name) throws IOException {
        try (FSDataInputStream in = files.open(new Path(directory, name))) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException notThere) {
            return Optional.empty();
        }
    }

    /** {@return what is there already, if all of it is} */
    public Optional<ScoreDescription> finished() {
        return finished;
    }

    /** {@return where the files go} */
    public Path path() {
        return directory;
    }

    /**
     * {@return the numbers of the files that have their names}
     *
     * @throws convoy.records.BadInputException if the directory cannot be read
     */
    public List<Integer> present() {
        try {
            Set<String> names = list(files, directory).stream()
                    .map(status -> status.getPath().getName())
                    .collect(Collectors.toSet());
            return Stream.iterate(0, part -> part < plan.parts(), part -> part + 1)
                    .filter(part -> names.contains(plan.name(part)))
                    .toList();
        } catch (IOException e) {
            throw Storage.explained(files, "target", directory, e);
        }
    }

    /**
     * Makes the files scores.
     *
     * @param parts all of them, in their order
     * @return what the directory holds from now on
     */
    public ScoreDescription commit(List<ScorePart> parts) {
        if (parts.size() != plan.parts()) {
            throw new IllegalStateException(Counts.plain(parts.size(), "file") + " where the plan has " + plan.parts());
        }
        ScoreDescription description = new ScoreDescription(plan, parts);
        byte[] text = description.toJson().getBytes(StandardCharsets.UTF_8);
        try {
            lease.require();
            for (FileStatus status : list(files, directory)) {
                if (status.isFile() && DRAFT.matcher(status.getPath().getName()).matches()) {
                    files.delete(status.getPath(), false);
                }
            }
            WholeFile.write(files, new Path(directory, ScoreDescription.FILE), out -> out.write(text));
            finish();
            return description;
        } catch (IOException e) {
            throw Storage.unwritten(files, "target", directory, e);
        }
    }

    private void finish() throws IOException {
        try (FSDataOutputStream empty = files.create(new Path(directory, SUCCESS), true)) {
            empty.flush();
        }
        files.delete(new Path(directory, ScorePlan.FILE), false);
    }

    /** Does what a driver that was killed after its last file may have left to do. */
    public void finishAgain() {
        try {
            lease.require();
            finish();
        } catch (IOException e) {
            throw Storage.unwritten(files, "target", directory, e);
        }
    }

    /** Lets go of it, so that the next one need not wait. */
    @Override
    public void close() {
        lease.close();
    }
}
