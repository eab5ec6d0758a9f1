package convoy.driver.importing;

import convoy.architectures.BadInputException;
import convoy.worker.data.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Lists what a source holds and cuts it into pieces, one for each task. */
final class Source {
    /** Enough for a task to be worth starting, little enough for the others to have work. */
    private static final long PIECE_BYTES = 32L << 20;

    private static final int PIECE_FILES = 2048;

    private final List<SourcePiece> pieces;
    private final PieceSummary hidden;

    private Source(List<SourcePiece> pieces, PieceSummary hidden) {
        this.pieces = List.copyOf(pieces);
        this.hidden = hidden;
    }

    List<SourcePiece> pieces() {
        return pieces;
    }

    /** What was left out because of its name, counted. */
    PieceSummary hidden() {
        return hidden;
    }

    /**
     * Lists the pieces of a source in the order of their paths, which is the order of its records.
     *
     * @throws BadInputException if there is nothing at that address
     */
    static Source list(Configuration hadoop, String from) {
        Path root = Storage.path("source", from);
        FileSystem files = Storage.of(hadoop, "source", root);
        List<SourceFile> found = new ArrayList<>();
        PieceSummary hidden = new PieceSummary();
        try {
            FileStatus status = files.getFileStatus(root);
            if (status.isFile()) {
                found.add(new SourceFile(
                        status.getPath().toString(), status.getPath().getName(), status.getLen()));
            } else {
                String prefix = status.getPath().toUri().getPath();
                RemoteIterator<LocatedFileStatus> all = files.listFiles(status.getPath(), true);
                while (all.hasNext()) {
                    LocatedFileStatus file = all.next();
                    String path = file.getPath().toUri().getPath().substring(prefix.length());
                    path = path.startsWith("/") ? path.substring(1) : path;
                    if (isHidden(path)) {
                        hidden.add(new Staged.Ignored(LeftOut.Reason.HIDDEN, path));
                    } else {
                        found.add(new SourceFile(file.getPath().toString(), path, file.getLen()));
                    }
                }
            }
        } catch (IOException e) {
            throw Storage.explained(files, "source", root, e);
        }
        if (found.isEmpty()) {
            throw new BadInputException("source " + from
                    + hidden.firstIgnored.stream()
                            .findFirst()
                            .map(name -> " holds hidden files only, as " + name + ": name them otherwise")
                            .orElse(" is an empty directory: put the pictures there"));
        }
        found.sort(Comparator.comparing(SourceFile::path));
        return new Source(cut(found), hidden);
    }

    private static List<SourcePiece> cut(List<SourceFile> files) {
        List<SourcePiece> pieces = new ArrayList<>();
        List<SourceFile> open = new ArrayList<>();
        long bytes = 0;
        for (SourceFile file : files) {
            boolean full = bytes + file.bytes() > PIECE_BYTES || open.size() == PIECE_FILES;
            if (!open.isEmpty() && (full || isArchive(file.path()))) {
                pieces.add(new SourcePiece(open));
                open.clear();
                bytes = 0;
            }
            open.add(file);
            bytes += isArchive(file.path()) ? PIECE_BYTES : file.bytes();
        }
        pieces.add(new SourcePiece(open));
        return pieces;
    }

    /** What operating systems and Hadoop leave in folders. Cameras begin names with an underscore: that hides nothing. */
    private static final Set<String> LITTER = Set.of("__MACOSX", "Thumbs.db", "_SUCCESS", "_temporary");

    /** Whether a file's name or that of a folder above it begins with a dot or is known litter. */
    static boolean isHidden(String path) {
        for (String part : path.split("/", -1)) {
            if ((part.startsWith(".") && !part.equals(".") && !part.equals("..")) || LITTER.contains(part)) {
                return true;
            }
        }
        return false;
    }

    static boolean isArchive(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return name.endsWith(".tar") || name.endsWith(".tgz") || name.endsWith(".gz") || name.endsWith(".zip");
    }
}
