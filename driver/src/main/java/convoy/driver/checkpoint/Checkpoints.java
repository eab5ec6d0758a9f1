package convoy.driver.checkpoint;

import convoy.parameterserver.files.Durable;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a run. Which is the newest is told by the step in its name, never by a file's time. */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private static final Pattern NAME = Pattern.compile("step-([0-9]{8,18})");

    /** What is ours in a checkpoint's directory: ranges, the manifest, and both while they are being written. */
    private static final Pattern WRITTEN = Pattern.compile(
            "_?range-.+|\\.?manifest\\.json((\\.[0-9]+)?\\.tmp)?|\\.(_?range-.+|\\.?manifest\\.json((\\.[0-9]+)?\\.tmp)?)\\.crc");

    private final RunDirectory run;
    private final Path root;

    /** Directories of which it was said that they stay. */
    private final Set<Path> told = new HashSet<>();

    /**
     * Those of one run, none of which need be there yet.
     *
     * @param run whose directory they are in
     */
    public Checkpoints(RunDirectory run) {
        this.run = run;
        this.root = run.path(RunDirectory.CHECKPOINTS);
    }

    /** {@return the directory under which every checkpoint has its own} */
    public Path root() {
        return root;
    }

    /** {@return the newest whole checkpoint} */
    public Optional<Checkpoint> newest() {
        List<Long> whole = whole();
        return whole.isEmpty() ? Optional.empty() : Optional.of(read(whole.get(whole.size() - 1)));
    }

    /**
     * {@return the whole checkpoint of a step; empty if there is none, or none any more}
     *
     * @param step updates applied
     */
    public Optional<Checkpoint> at(long step) {
        return whole().contains(step) ? Optional.of(read(step)) : Optional.empty();
    }

    /** {@return steps of the whole checkpoints, rising} */
    public List<Long> whole() {
        return directories().entrySet().stream()
                .filter(entry -> exists(new Path(entry.getValue(), Manifest.FILE)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * {@return the newest checkpoint of which each byte is what was committed; empty if there is none at all} Those after it that are
     * damaged stay as they are: whoever goes on from this one writes them anew when it comes to their steps.
     *
     * @param notices hears of each that is passed over
     * @throws BadInputException if there are some and all of them are damaged, or one is of another version of this program
     */
    public Optional<Checkpoint> newestSound(Consumer<String> notices) {
        List<Long> whole = whole();
        List<String> damaged = new ArrayList<>();
        for (int i = whole.size() - 1; i >= 0; i--) {
            long step = whole.get(i);
            try {
                Checkpoint found = readWhole(step);
                requireWhole(found);
                damaged.forEach(line -> notices.accept(line + "; going on from the checkpoint of step " + step));
                return Optional.of(found);
            } catch (Damage damage) {
                damaged.add("the checkpoint of step " + step + " is damaged: " + damage.getMessage());
            }
        }
        if (damaged.isEmpty()) {
            return Optional.empty();
        }
        throw new BadInputException(root + " has no whole checkpoint: " + String.join("; ", damaged)
                + "; put back what is missing, or begin the run anew under another name");
    }

    private Checkpoint read(long step) {
        try {
            return readWhole(step);
        } catch (Damage damage) {
            throw refused(step, damage);
        }
    }

    private BadInputException refused(long step, Damage damage) {
        OptionalLong before = whole().stream()
                .filter(other -> other < step)
                .mapToLong(Long::longValue)
                .max();
        return new BadInputException(
                damage.getMessage()
                        + (before.isPresent()
                                ? "; `train` goes on from step " + before.getAsLong() + " and writes this one anew"
                                : "; put the file back, or begin the run anew under another name"),
                damage);
    }

    private Checkpoint readWhole(long step) throws Damage {
        Path directory = directory(step);
        Path file = new Path(directory, Manifest.FILE);
        String text =
                run.read(file).orElseThrow(() -> new UncheckedIOException(new FileNotFoundException(file.toString())));
        Manifest manifest = Manifest.whole(text, file.toString());
        if (manifest.step() != step) {
            throw new Damage(file + ": step = " + manifest.step() + " and its directory says " + step);
        }
        return new Checkpoint(directory, manifest);
    }

    private Path directory(long step) {
        return new Path(root, SnapshotPlan.directoryName(step));
    }

    /**
     * Makes a checkpoint of range files that are all written.
     *
     * @param manifest what the range files say of themselves
     * @return the checkpoint, whole from now on, whatever becomes of the machine's power
     */
    public Checkpoint commit(Manifest manifest) {
        Path directory = directory(manifest.step());
        Set<String> belong = new HashSet<>();
        try {
            for (SnapshotFile file : manifest.ranges()) {
                requireLength(new Path(directory, file.name()), file);
                belong.add(file.name());
            }
            // Left over from servers that were lost while they wrote.
            for (FileStatus status : Listing.of(run.fileSystem(), directory)) {
                String name = status.getPath().getName();
                boolean ofAServer = name.startsWith("range-") || name.startsWith("_range-");
                if (ofAServer && !belong.contains(name)) {
                    run.fileSystem().delete(status.getPath(), false);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look into " + directory, failure);
        } catch (Damage damage) {
            throw new UncheckedIOException("cannot commit " + directory, new IOException(damage.getMessage(), damage));
        }
        run.write(new Path(directory, Manifest.FILE), manifest.toJson());
        try {
            // Servers have made the directory, each on its machine, and one may have died before it could see to its
            // name.
            Durable.force(run.fileSystem(), root);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make " + directory + " durable", failure);
        }
        return new Checkpoint(directory, manifest);
    }

    /**
     * Reads all of a checkpoint and compares it with its manifest.
     *
     * @param checkpoint one that is whole
     * @throws BadInputException naming the first file that is damaged
     */
    public void verify(Checkpoint checkpoint) {
        try {
            requireWhole(checkpoint);
        } catch (Damage damage) {
            throw refused(checkpoint.step(), damage);
        }
    }

    private void requireWhole(Checkpoint checkpoint) throws Damage {
        for (SnapshotFile file : checkpoint.manifest().ranges()) {
            Path path = new Path(checkpoint.directory(), file.name());
            requireLength(path, file);
            String found = run.crc32c(path);
            if (!found.equals(file.crc32c())) {
                throw new Damage("checkpoint range " + path + " is damaged: its CRC-32C is " + found
                        + ", the manifest says " + file.crc32c());
            }
        }
        checkpoint.manifest().leftOut().ifPresent(left -> {
            Path path = run.path(left.file());
            String found = run.sha256(path);
            if (!found.equals(left.sha256())) {
                // All checkpoints rest on it.
                throw new BadInputException(path + ", which has what the run never trained, is damaged: its SHA-256 is "
                        + found + ", the manifest says " + left.sha256() + "; begin the run anew");
            }
        });
    }

    private void requireLength(Path path, SnapshotFile file) throws Damage {
        long length;
        try {
            length = run.fileSystem().getFileStatus(path).getLen();
        } catch (FileNotFoundException absent) {
            Optional<String> hindrance = Storage.hindrance(run.fileSystem().getConf(), path);
            if (hindrance.isPresent()) {
                throw new BadInputException("checkpoint range " + path + hindrance.get(), absent);
            }
            throw new Damage("checkpoint range " + path + " is missing", absent);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look at " + path, failure);
        }
        if (length != file.length()) {
            throw new Damage("checkpoint range " + path + " is damaged: it has " + Counts.plain(length, "byte")
                    + ", the manifest says " + file.length());
        }
    }

    /**
     * Removes all but the newest {@code keep} whole checkpoints of this run up to a step. Those after it, if there are any, are damaged, as a
     * run has gone on from one before them, and count for nothing. The newest stays whatever is asked, and so does the newest of those that
     * are known to be sound: what is newer may turn out not to be.
     *
     * @param keep how many; less than 1 counts as 1
     * @param through the step of the newest one
     * @param sound tells of a step whether its checkpoint is known to be worth going on from
     * @return steps of those that were removed
     */
    public List<Long> retain(int keep, long through, LongPredicate sound) {
        List<Long> whole = whole().stream().filter(step -> step <= through).toList();
        long safe =
                whole.stream().mapToLong(Long::longValue).filter(sound).max().orElse(-1);
        return whole.subList(0, Math.max(0, whole.size() - Math.max(1, keep))).stream()
                .filter(step -> step != safe && remove(step, whole.get(whole.size() - 1)))
                .toList();
    }

    /**
     * Removes a whole checkpoint: its manifest and its ranges. Whatever else somebody put beside them stays, and so does all of a
     * directory whose manifest is not this run's.
     *
     * @param step of the checkpoint
     * @return whether there was one of this run
     */
    public boolean remove(long step) {
        List<Long> whole = whole();
        return remove(step, whole.isEmpty() ? step : whole.get(whole.size() - 1));
    }

    private boolean remove(long step, long newest) {
        if (!isOurs(step, newest)) {
            return false;
        }
        // The manifest first: what is left of a removal that was cut short is no checkpoint.
        delete(new Path(directory(step), Manifest.FILE));
        deleteRanges(directory(step));
        return true;
    }

    /** Whether the manifest there is one, of this step and of a run of the same determinants as the newest checkpoint's. */
    private boolean isOurs(long step, long newest) {
        try {
            if (read(step)
                    .manifest()
                    .determinants()
                    .equals(read(newest).manifest().determinants())) {
                return true;
            }
            tell(directory(step), "its manifest is of another run");
        } catch (BadInputException none) {
            tell(directory(step), String.valueOf(none.getMessage()));
        }
        return false;
    }

    /** Once for each directory: it is come upon at every checkpoint. */
    private void tell(Path directory, String why) {
        if (told.add(directory)) {
            LOG.warn("{} is not removed: {}", directory, why);
        }
    }

    /** Deletes what servers and this class write, and the directory once it is empty. */
    private void deleteRanges(Path directory) {
        try {
            List<String> others = new ArrayList<>();
            for (FileStatus status : Listing.of(run.fileSystem(), directory)) {
                String name = status.getPath().getName();
                if (status.isFile() && WRITTEN.matcher(name).matches()) {
                    delete(status.getPath());
                } else {
                    others.add(name);
                }
            }
            if (others.isEmpty()) {
                delete(directory);
            } else {
                tell(directory, "it holds " + others.get(0) + ", which is no part of a checkpoint");
            }
        } catch (FileNotFoundException gone) {
            // All the better.
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look into " + directory, failure);
        }
    }

    /**
     * Removes what there is of a checkpoint that is not whole and will not become so, as far as that can be done.
     *
     * @param step of the checkpoint
     */
    public void abandon(long step) {
        Path directory = directory(step);
        try {
            if (!exists(new Path(directory, Manifest.FILE))) {
                deleteRanges(directory);
            }
        } catch (UncheckedIOException failure) {
            // The next start of the run removes it.
            LOG.debug("What is left of a checkpoint stays for now", failure);
        }
    }

    /**
     * Removes what was begun and never became whole; to be called while nobody writes.
     *
     * @return steps of those of which nothing is left
     */
    public List<Long> removeIncomplete() {
        List<Long> removed = new ArrayList<>();
        directories().forEach((step, directory) -> {
            if (!exists(new Path(directory, Manifest.FILE))) {
                deleteRanges(directory);
                if (!exists(directory)) {
                    removed.add(step);
                }
            }
        });
        return removed;
    }

    private Map<Long, Path> directories() {
        Map<Long, Path> found = new TreeMap<>(Comparator.naturalOrder());
        try {
            for (FileStatus status : Listing.of(run.fileSystem(), root)) {
                Matcher name = NAME.matcher(status.getPath().getName());
                if (status.isDirectory() && name.matches()) {
                    found.put(Long.parseLong(name.group(1)), status.getPath());
                }
            }
        } catch (FileNotFoundException none) {
            return found;
        } catch (IOException failure) {
            throw Storage.explained(run.fileSystem(), "folder", root, failure);
        }
        return found;
    }

    private boolean exists(Path path) {
        try {
            return run.fileSystem().exists(path);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look at " + path, failure);
        }
    }

    /** Of a directory only one that is empty. */
    private void delete(Path path) {
        try {
            run.fileSystem().delete(path, false);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot remove " + path, failure);
        }
    }
}
