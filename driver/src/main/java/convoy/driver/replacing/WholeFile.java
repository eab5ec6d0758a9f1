package convoy.driver.replacing;

import convoy.parameterserver.files.Durable;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Writes and renames such that a reader, and whoever comes after a crash, finds the old bytes or the new ones. */
public final class WholeFile {
    private WholeFile() {}

    /** What fills a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it.
         *
         * @param out closed by the caller
         * @throws IOException if it cannot be written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file as {@code .NAME.draft}, makes it durable, and lets it take its name, over what is there.
     *
     * @param files its file system
     * @param file its name from then on
     * @param content called once
     * @throws IOException if the file system fails
     */
    public static void write(FileSystem files, Path file, Content content) throws IOException {
        FileSystem raw = Durable.raw(files);
        Path draft = draft(file);
        try {
            try (FSDataOutputStream out = raw.create(draft, true)) {
                content.writeTo(out);
                Durable.sync(out);
            }
            replace(raw, draft, file);
        } catch (IOException | RuntimeException | Error e) {
            // An Error is how Hadoop's local file system says that the disk is full.
            try {
                raw.delete(draft, false);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    static Path draft(Path file) {
        return Storage.child(file.getParent(), "." + file.getName() + ".draft");
    }

    /**
     * Lets a file that is whole and durable take another's name, and its place if there is one, in one step.
     *
     * @param files their file system
     * @param from a file
     * @param to a file, or the name of none
     * @throws IOException if the file system fails
     */
    public static void replace(FileSystem files, Path from, Path to) throws IOException {
        FileSystem raw = Durable.raw(files);
        if (Location.isLocal(raw.makeQualified(to))) {
            // A checksum that Hadoop kept of the old bytes; without one it checks nothing.
            raw.delete(Storage.child(to.getParent(), "." + to.getName() + ".crc"), false);
            move(raw, from, to);
            return;
        }
        try {
            FileContext.getFileContext(raw.getUri(), raw.getConf())
                    .rename(raw.makeQualified(from), raw.makeQualified(to), Options.Rename.OVERWRITE);
        } catch (UnsupportedFileSystemException onlyTheOlderInterface) {
            Durable.replace(raw, from, to);
        }
    }

    /** Renames a directory to a name that nothing has: file systems would put it into one that is there, or copy it. */
    static void renameDirectory(FileSystem files, Path from, Path to) throws IOException {
        if (files.exists(to)) {
            throw new IOException(from + " could not be renamed to " + to + ": something came to lie there");
        }
        if (Location.isLocal(files.makeQualified(to))) {
            move(files, from, to);
        } else if (!files.rename(from, to)) {
            throw new IOException(from + " could not be renamed to " + to);
        }
    }

    private static void move(FileSystem files, Path from, Path to) throws IOException {
        java.nio.file.Path target = Location.local(files.makeQualified(to));
        try {
            Files.move(Location.local(files.makeQualified(from)), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(from + " could not be renamed to " + to + ": they lie on two volumes", e);
        }
        Durable.force(files, to.getParent());
    }
}
