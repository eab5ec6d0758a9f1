package convoy.driver.replacing;

import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowSums;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** What lies at a place where a data set shall be. */
public sealed interface Occupant {
    /** {@return why it is not ours to delete, to follow the place's name; empty if it is} */
    Optional<String> complaint();

    /** {@return the data set that must make room, if it is one} */
    Optional<OldDataSet> dataSet();

    /** Nothing. */
    record Nothing() implements Occupant {
        @Override
        public Optional<String> complaint() {
            return Optional.empty();
        }

        @Override
        public Optional<OldDataSet> dataSet() {
            return Optional.empty();
        }
    }

    /** A directory without anything in it. */
    record EmptyDirectory() implements Occupant {
        @Override
        public Optional<String> complaint() {
            return Optional.empty();
        }

        @Override
        public Optional<OldDataSet> dataSet() {
            return Optional.empty();
        }
    }

    /**
     * A data set that {@code convoy import} wrote, and nothing else.
     *
     * @param info its {@code dataset.json}
     */
    record OldDataSet(DatasetInfo info) implements Occupant {
        @Override
        public Optional<String> complaint() {
            return Optional.empty();
        }

        @Override
        public Optional<OldDataSet> dataSet() {
            return Optional.of(this);
        }
    }

    /**
     * What is not ours to delete.
     *
     * @param what it is, to follow the place's name
     */
    record Other(String what) implements Occupant {
        @Override
        public Optional<String> complaint() {
            return Optional.of(what);
        }

        @Override
        public Optional<OldDataSet> dataSet() {
            return Optional.empty();
        }
    }

    /** What {@code convoy import} and {@code convoy whiten} may leave of their own if they are killed. */
    Pattern DRAFTS = Pattern.compile(
            "\\.(dataset\\.json|rows\\.crc32c|whitening)\\.draft|\\.part-\\d{5,}-of-\\d{5,}\\.parquet\\.\\d+");

    /** What they write. */
    Pattern WRITTEN = Pattern.compile("whitening-[0-9a-f]{12}\\.safetensors");

    /** The data files of an import that did not finish. */
    Pattern PARTS = Pattern.compile("part-\\d{5,}-of-\\d{5,}\\.parquet");

    /** What Hadoop and file managers put into any directory. */
    Set<String> LITTER = Set.of("_SUCCESS", ".DS_Store", "Thumbs.db", "desktop.ini");

    /**
     * Looks what lies at a place; changes nothing.
     *
     * @param files its file system
     * @param directory the place
     * @return what lies there
     * @throws IOException if the file system fails
     */
    static Occupant at(FileSystem files, Path directory) throws IOException {
        FileStatus[] present;
        try {
            if (!files.getFileStatus(directory).isDirectory()) {
                return new Other("is a file");
            }
            present = Listing.of(files, directory);
        } catch (FileNotFoundException e) {
            return new Nothing();
        }
        if (present.length == 0) {
            return new EmptyDirectory();
        }
        Path description = new Path(directory, DatasetInfo.FILE_NAME);
        if (Stream.of(present).noneMatch(status -> status.getPath().getName().equals(DatasetInfo.FILE_NAME))) {
            return stranger(present, LITTER::contains)
                    .<Occupant>map(name -> new Other("holds " + name + " and no " + DatasetInfo.FILE_NAME))
                    .orElse(new EmptyDirectory());
        }
        DatasetInfo info;
        try {
            info = DatasetInfo.read(files, description);
        } catch (BadInputException e) {
            return new Other("has a " + DatasetInfo.FILE_NAME + " that is no data set's (" + FirstLine.of(e) + ")");
        } catch (FileNotFoundException | AccessControlException e) {
            // It was listed: so it is there and does not open.
            throw Storage.explained(files, "description", description, e);
        }
        if (info.files().isEmpty()) {
            return new Other("has a " + DatasetInfo.FILE_NAME
                    + " that names no files, so that `convoy import` did not write them");
        }
        return stranger(present, belongingTo(info))
                .<Occupant>map(name -> new Other("holds " + name + ", which is no part of the data set there"))
                .orElse(new OldDataSet(info));
    }

    /**
     * {@return which names in its directory belong to a data set}
     *
     * @param info of the data set
     */
    static Predicate<String> belongingTo(DatasetInfo info) {
        Set<String> named =
                info.files().stream().map(DatasetInfo.DataFile::name).collect(Collectors.toSet());
        info.whitening().ifPresent(whitening -> named.add(whitening.name()));
        named.add(DatasetInfo.FILE_NAME);
        named.add(RowSums.FILE_NAME);
        return name -> named.contains(name)
                || LITTER.contains(name)
                || DRAFTS.matcher(name).matches()
                || WRITTEN.matcher(name).matches();
    }

    /**
     * {@return which names a directory has that an import hides: its own files, or those of the data set that it replaces}
     *
     * @param hidden the directory
     * @throws IOException if the file system fails
     */
    static Predicate<String> ofAnImport(Location hidden) throws IOException {
        Predicate<String> parts = name -> PARTS.matcher(name).matches()
                || DRAFTS.matcher(name).matches()
                || LITTER.contains(name)
                || name.equals(DatasetInfo.FILE_NAME)
                || name.equals(RowSums.FILE_NAME);
        try {
            return parts.or(
                    belongingTo(DatasetInfo.read(hidden.files(), new Path(hidden.path(), DatasetInfo.FILE_NAME))));
        } catch (FileNotFoundException | BadInputException notYetOrNoLonger) {
            return parts;
        }
    }

    /**
     * {@return the first thing in a directory that does not belong there; none in a directory that is not there}
     *
     * @param files their file system
     * @param directory that is looked through
     * @param belongs tells it of a name
     * @throws IOException if the file system fails
     */
    static Optional<String> stranger(FileSystem files, Path directory, Predicate<String> belongs) throws IOException {
        try {
            return files.getFileStatus(directory).isDirectory()
                    ? stranger(Listing.of(files, directory), belongs)
                    : Optional.of("a file of that name");
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** The first entry that is a directory or whose name, or the name whose checksum it is, does not belong. */
    private static Optional<String> stranger(FileStatus[] present, Predicate<String> belongs) {
        return Stream.of(present)
                .filter(status ->
                        status.isDirectory() || !belongs(status.getPath().getName(), belongs))
                .map(status -> status.getPath().getName() + (status.isDirectory() ? "/" : ""))
                .sorted()
                .findFirst();
    }

    private static boolean belongs(String name, Predicate<String> belongs) {
        boolean checksum = name.startsWith(".") && name.endsWith(".crc") && name.length() > 5;
        return belongs.test(name) || (checksum && belongs.test(name.substring(1, name.length() - 4)));
    }

    /**
     * Deletes a directory and, file by file, what belongs into it; nothing at all if there is anything else.
     *
     * @param files their file system
     * @param directory to be deleted
     * @param belongs tells it of a name
     * @return what else there is
     * @throws IOException if the file system fails
     */
    static Optional<String> delete(FileSystem files, Path directory, Predicate<String> belongs) throws IOException {
        Optional<String> stranger = stranger(files, directory, belongs);
        if (stranger.isPresent() || !files.exists(directory)) {
            return stranger;
        }
        List<Path> order = new ArrayList<>();
        for (FileStatus status : Listing.of(files, directory)) {
            // Last, because it tells what belongs here to whoever has to go on with this.
            boolean description = status.getPath().getName().equals(DatasetInfo.FILE_NAME);
            order.add(description ? order.size() : 0, status.getPath());
        }
        for (Path file : order) {
            files.delete(file, false);
        }
        files.delete(directory, false);
        return Optional.empty();
    }
}
