package convoy.driver.replacing;

import convoy.driver.replacing.Occupant.OldDataSet;
import convoy.parameterserver.files.Durable;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowSums;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a data set goes, and how it comes to take the place of one that is there.
 *
 * <pre>
 *             .NAME.importing    NAME     .NAME.replaced
 *  1  write   new, growing       old                        killed here: the old one stands
 *  2  whole   new                old
 *  3  rename  new                         old               killed here: {@link #prepare} renames the old one back
 *  4  rename                     new      old
 *  5  delete                     new      old, dwindling    killed here: {@link #prepare} deletes the rest
 * </pre>
 *
 * <p>Only a data set is ever replaced, and of it only the files that its {@code dataset.json} names go. The renames take
 * a file system on which renaming a directory is one step; object stores copy it file by file, so that there a data set is
 * made where nothing is, {@code dataset.json} last, and never replaced.
 */
public final class Place {
    /** Their connectors rename a directory by copying every file of it. */
    private static final Set<String> OBJECT_STORES =
            Set.of("s3", "s3a", "s3n", "gs", "oss", "cosn", "obs", "swift", "wasb", "wasbs");

    private final Location target;
    private final Location unfinished;
    private final Location replaced;
    private final boolean overwrite;

    private Place(Location target, boolean overwrite) {
        this.target = target;
        this.overwrite = overwrite;
        unfinished = target.beside("." + target.path().getName() + ".importing");
        replaced = target.beside(DatasetInfo.replaced(target.path()).getName());
    }

    /**
     * Looks at the place, clears away what an import that was killed left there, and makes the hidden directory.
     *
     * @param hadoop settings of the file systems
     * @param from URI of what is imported, which must neither hold the target nor lie in it
     * @param to URI of the target
     * @param overwrite whether a data set that is there may be replaced
     * @return the place, with an empty hidden directory
     * @throws BadInputException if something is there that may not be; then nothing was changed
     */
    public static Place prepare(Configuration hadoop, String from, String to, boolean overwrite) {
        Location target = Location.of(hadoop, "target", to);
        if (target.path().getParent() == null) {
            throw new BadInputException("target " + to + " is the root of the file system: name a directory in it");
        }
        if (target.leadsNowhere()) {
            throw new BadInputException("target " + to
                    + " is a symbolic link to what is not there: name another, or make the directory that it leads to");
        }
        Place place = new Place(target, overwrite);
        place.requireApart(Location.of(hadoop, "source", from));
        try {
            place.requireOnlyOurs(place.unfinished);
            place.requireOnlyOurs(place.replaced);
            place.recover();
            place.check();
            place.clear();
        } catch (IOException e) {
            throw Storage.explained(target.files(), "target", target.path(), e);
        }
        place.make();
        return place;
    }

    private void make() {
        try {
            if (!target.files().mkdirs(unfinished.path())) {
                throw new IOException(unfinished.path() + " could not be made");
            }
        } catch (IOException e) {
            throw Storage.unwritten(target.files(), "target", target.path(), e);
        }
    }

    private void requireApart(Location source) {
        for (Location mine : List.of(target, unfinished, replaced)) {
            String where =
                    switch (source.relation(mine)) {
                        case APART -> "";
                        case SAME -> "and target " + target + " are the same place";
                        case BELOW -> "lies in target " + target;
                        case ABOVE -> "holds target " + target;
                    };
            if (!where.isEmpty()) {
                throw new BadInputException("source " + source + " " + where
                        + ": name a target that neither holds the source nor lies in it");
            }
        }
    }

    /** Of the hidden directories, which get deleted, that nobody but us put anything into them. */
    private void requireOnlyOurs(Location hidden) throws IOException {
        Optional<String> stranger = Occupant.stranger(hidden.files(), hidden.path(), Occupant.ofAnImport(hidden));
        if (stranger.isPresent()) {
            throw new BadInputException(hidden.path() + ", where an import to " + target + " puts its files, holds "
                    + stranger.get() + ": move that away or name another target");
        }
    }

    /** Ends a replacement that was cut off: back, if the new data set was not in place yet; else to its end. */
    private void recover() throws IOException {
        FileSystem files = target.files();
        if (files.exists(replaced.path())) {
            if (files.exists(target.path())) {
                Occupant.delete(files, replaced.path(), Occupant.ofAnImport(replaced));
            } else {
                WholeFile.renameDirectory(files, replaced.path(), target.path());
            }
        }
    }

    private Occupant check() throws IOException {
        Occupant occupant = Occupant.at(target.files(), target.path());
        occupant.complaint().ifPresent(complaint -> {
            throw new BadInputException("target " + target + " " + complaint
                    + ": name another; only a data set and nothing beside it is ever replaced");
        });
        if (occupant.dataSet().isPresent()) {
            if (!renamesInOneStep()) {
                throw new BadInputException("target " + target
                        + " holds a data set already, and on an object store no other can take its place in one step:"
                        + " name another");
            }
            if (!overwrite) {
                throw new BadInputException("target " + target
                        + " holds a data set already: name another, or say --overwrite to replace it");
            }
        }
        return occupant;
    }

    private boolean renamesInOneStep() {
        return !isObjectStore(String.valueOf(target.path().toUri().getScheme()));
    }

    static boolean isObjectStore(String scheme) {
        return OBJECT_STORES.contains(scheme.toLowerCase(Locale.ROOT));
    }

    FileSystem files() {
        return target.files();
    }

    /** {@return the directory where tasks put the data set's files} */
    public Path unfinished() {
        return unfinished.path();
    }

    /**
     * Makes the files that were written a data set.
     *
     * @param info of the data set, written as {@code dataset.json}
     * @param sums of its rows, written beside it
     * @return what was left behind and why, for a person to clear away
     */
    public Optional<String> commit(DatasetInfo info, RowSums sums) {
        FileSystem files = target.files();
        Path directory = target.path();
        try {
            Optional<OldDataSet> old = check().dataSet();
            if (renamesInOneStep()) {
                describe(info, sums, unfinished.path());
                Durable.force(files, unfinished.path());
            }
            if (old.isPresent()) {
                replace();
                return delete(old.get());
            }
            Occupant.delete(files, directory, Occupant.LITTER::contains);
            WholeFile.renameDirectory(files, unfinished.path(), directory);
            if (!renamesInOneStep()) {
                describe(info, sums, directory);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw Storage.unwritten(files, "target", directory, e);
        }
    }

    private void describe(DatasetInfo info, RowSums sums, Path directory) throws IOException {
        byte[] summed = sums.bytes(info);
        WholeFile.write(target.files(), new Path(directory, RowSums.FILE_NAME), out -> out.write(summed));
        byte[] text = info.toJson().getBytes(StandardCharsets.UTF_8);
        WholeFile.write(target.files(), new Path(directory, DatasetInfo.FILE_NAME), out -> out.write(text));
    }

    private void replace() throws IOException {
        FileSystem files = target.files();
        WholeFile.renameDirectory(files, target.path(), replaced.path());
        try {
            WholeFile.renameDirectory(files, unfinished.path(), target.path());
        } catch (IOException e) {
            try {
                WholeFile.renameDirectory(files, replaced.path(), target.path());
            } catch (IOException lost) {
                e.addSuppressed(lost);
                throw new IOException(
                        e.getMessage() + "; the old data set lies at " + replaced.path() + ": rename it back", e);
            }
            throw e;
        }
    }

    private Optional<String> delete(Occupant.OldDataSet old) {
        try {
            return Occupant.delete(target.files(), replaced.path(), Occupant.belongingTo(old.info()))
                    .map(stranger ->
                            "the old data set was left at " + replaced.path() + ", because it holds " + stranger);
        } catch (IOException e) {
            return Optional.of("what is left of the old data set lies at " + replaced.path() + " (" + e.getMessage()
                    + "): the next import to this place deletes it");
        }
    }

    /** Clears away what a failed import wrote; after a successful one there is nothing. */
    public void clear() {
        try {
            Optional<String> stranger =
                    Occupant.delete(unfinished.files(), unfinished.path(), Occupant.ofAnImport(unfinished));
            if (stranger.isPresent()) {
                throw new BadInputException(unfinished.path() + " was left, because it holds " + stranger.get());
            }
        } catch (IOException e) {
            throw Storage.unwritten(unfinished.files(), "target", unfinished.path(), e);
        }
    }
}
