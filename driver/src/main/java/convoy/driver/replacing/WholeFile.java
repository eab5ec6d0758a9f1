package convoy.driver.replacing;

import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
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
        FileSystem raw = raw(files);
        Path draft = draft(file);
        try {
            try (FSDataOutputStream out = raw.create(draft, true)) {
                content.writeTo(out);
                out.flush();
                // Object stores have no such thing: there a closed file is durable.
                if (out.hasCapability(StreamCapabilities.HSYNC)) {
                    out.hsync();
                }
            }
            makeDurable(raw, draft);
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
     * {@return the same file system without checksum files of its own: they would be a second rename, with a moment between the two}
     *
     * @param files any
     */
    public static FileSystem raw(FileSystem files) {
        return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
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
        FileSystem raw = raw(files);
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
            if (!raw.rename(from, to)) {
                raw.delete(to, false);
                if (!raw.rename(from, to)) {
                    throw new IOException(from + " could not be renamed to " + to);
                }
            }
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
        makeDurable(files, to.getParent());
    }

    /**
     * Has the disk write what it was given of a local file or directory; other file systems are told while writing.
     *
     * @param files its file system
     * @param path of a file or directory
     * @throws IOException if the disk cannot
     */
    public static void makeDurable(FileSystem files, Path path) throws IOException {
        Path qualified = files.makeQualified(path);
        if (Location.isLocal(qualified)) {
            try (FileChannel channel = FileChannel.open(Location.local(qualified), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
