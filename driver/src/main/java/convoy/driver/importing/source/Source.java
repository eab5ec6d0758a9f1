package convoy.driver.importing.source;

import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists what a source holds and cuts it into pieces, one for each task.
 *
 * @param pieces in the order of their paths, which is the order of its records
 * @param hidden the paths of files that were left out because of their names
 * @param emptyFolders paths of folders that hold nothing, where the file system tells of them
 */
public record Source(List<SourcePiece> pieces, List<String> hidden, List<String> emptyFolders) {
    /** Enough for a task to be worth starting, little enough for the others to have work. */
    private static final long PIECE_BYTES = 32L << 20;

    private static final int PIECE_FILES = 2048;

    /** Of a list, which does not say how long they are: with pictures of 100 kB a little less than that. */
    private static final int LISTED_FILES = 256;

    public Source {
        pieces = List.copyOf(pieces);
        hidden = List.copyOf(hidden);
        emptyFolders = List.copyOf(emptyFolders);
    }

    /**
     * Lists a source.
     *
     * @param hadoop settings of the file systems
     * @param from URI of the source
     * @return what it holds
     * @throws BadInputException if there is nothing at that address, or what is there cannot be read
     */
    public static Source list(Configuration hadoop, String from) {
        Path root = Storage.path("source", from);
        FileSystem files = Storage.of(hadoop, "source", root);
        List<SourceFile> found = new ArrayList<>();
        List<String> emptyFolders = List.of();
        try {
            FileStatus status = files.getFileStatus(root);
            Path address = status.getPath();
            if (status.isFile()) {
                return alone(status);
            }
            if ("file".equals(address.toUri().getScheme())) {
                LocalTree tree =
                        LocalTree.list(java.nio.file.Path.of(address.toUri().getPath()));
                found.addAll(tree.files());
                emptyFolders = tree.emptyFolders();
            } else {
                list(files, address, found);
            }
        } catch (IOException e) {
            throw Storage.explained(files, "source", root, e);
        }
        List<SourceFile> shown = found.stream()
                .filter(file -> !Litter.hides(file.path()))
                .sorted(Comparator.comparing(SourceFile::path))
                .toList();
        List<String> hidden = found.stream()
                .map(SourceFile::path)
                .filter(Litter::hides)
                .sorted()
                .toList();
        if (shown.isEmpty()) {
            throw new BadInputException("source " + from
                    + (hidden.isEmpty()
                            ? " is an empty directory: put the pictures there"
                            : " holds hidden files only, as " + hidden.get(0) + ": name them otherwise"));
        }
        boolean parquet = shown.stream().anyMatch(file -> file.path().matches("[^/]+\\.parquet"));
        if (parquet && shown.stream().anyMatch(file -> file.path().equals(DatasetInfo.FILE_NAME))) {
            throw new BadInputException("source " + from + " holds " + DatasetInfo.FILE_NAME
                    + ": it is a data set already, and can be trained on as it is");
        }
        checkUnpacked(from, shown);
        return new Source(cut(shown), hidden, emptyFolders);
    }

    /**
     * {@return a source of files that are known}
     *
     * @param files in any order, of different paths
     */
    public static Source of(List<SourceFile> files) {
        return new Source(
                cut(files.stream()
                        .sorted(Comparator.comparing(SourceFile::path))
                        .toList()),
                List.of(),
                List.of());
    }

    /**
     * {@return a source of files that a list names, in its order}
     *
     * @param files with a path each that no other has; their lengths need not be known
     * @param labels the classes by path
     */
    public static Source listed(List<SourceFile> files, Map<String, Integer> labels) {
        List<SourcePiece> pieces = new ArrayList<>();
        for (int begin = 0; begin < files.size(); begin += LISTED_FILES) {
            List<SourceFile> some = files.subList(begin, Math.min(files.size(), begin + LISTED_FILES));
            Map<String, Integer> own = new HashMap<>();
            for (SourceFile file : some) {
                Optional.ofNullable(labels.get(file.path())).ifPresent(label -> own.put(file.path(), label));
            }
            pieces.add(new SourcePiece(some, own));
        }
        return new Source(pieces, List.of(), List.of());
    }

    private static Source alone(FileStatus file) {
        SourceFile all =
                new SourceFile(file.getPath().toString(), file.getPath().getName(), file.getLen(), true, false, "");
        return new Source(List.of(new SourcePiece(List.of(all))), List.of(), List.of());
    }

    private static void list(FileSystem files, Path root, List<SourceFile> found) throws IOException {
        String prefix = root.toUri().getPath();
        RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
        while (all.hasNext()) {
            LocatedFileStatus file = all.next();
            String path = file.getPath().toUri().getPath().substring(prefix.length());
            path = path.startsWith("/") ? path.substring(1) : path;
            found.add(new SourceFile(file.getPath().toString(), path, file.getLen(), false, false, ""));
        }
    }

    /** An archive beside the folder that came out of it would give every picture twice. */
    private static void checkUnpacked(String from, List<SourceFile> files) {
        NavigableSet<String> paths = new TreeSet<>();
        files.forEach(file -> paths.add(file.path()));
        Map<String, String> archives = new HashMap<>();
        for (SourceFile file : files) {
            Suffix suffix = Suffix.of(file.path());
            if (!suffix.holdsFiles()) {
                continue;
            }
            String stem = suffix.cutFrom(file.path());
            String other = archives.put(stem, file.path());
            String below = paths.ceiling(stem + "/");
            if (other == null && below != null && below.startsWith(stem + "/")) {
                other = stem + "/";
            }
            if (other != null) {
                throw new BadInputException("source " + from + " holds " + file.path() + " and " + other
                        + ", perhaps the same pictures twice: move one of them out");
            }
        }
    }

    private static List<SourcePiece> cut(List<SourceFile> files) {
        List<SourcePiece> pieces = new ArrayList<>();
        List<SourceFile> open = new ArrayList<>();
        long bytes = 0;
        for (SourceFile file : files) {
            boolean packed = Suffix.of(file.path()).isPacked();
            boolean full = bytes + file.bytes() > PIECE_BYTES || open.size() == PIECE_FILES;
            if (!open.isEmpty() && (full || packed)) {
                pieces.add(new SourcePiece(open));
                open.clear();
                bytes = 0;
            }
            open.add(file);
            bytes += packed ? PIECE_BYTES : file.bytes();
        }
        pieces.add(new SourcePiece(open));
        return pieces;
    }
}
