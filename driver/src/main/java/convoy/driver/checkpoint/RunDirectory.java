package convoy.driver.checkpoint;

import convoy.driver.lease.GuardedFileSystem;
import convoy.driver.lease.Lease;
import convoy.parameterserver.files.Durable;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import convoy.records.text.Sha256;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * The directory of one run, on any Hadoop file system.
 *
 * <pre>
 *  run.yaml                              the configuration, as resolved
 *  data.json                             what the training data was when the run began
 *  data.crc32c                           checksums of its rows, if it has them
 *  metrics.jsonl, events.out.tfevents.*  figures
 *  checkpoints/step-00001200/            one checkpoint: range files, and a manifest once it is whole
 *  initial.safetensors                   what the run started from, where that cannot be drawn again
 *  model.safetensors                     the trained model, once there is one
 *  .lease/                               who owns the directory
 * </pre>
 */
public final class RunDirectory {
    /** File of the trained model. */
    public static final String MODEL = "model.safetensors";

    /** Description of the training data when the run began: its {@code dataset.json} as it was then. */
    public static final String DATA = "data.json";

    /** Checksums of the rows of the training data when the run began, if it had them; as {@code RowSums} describes them. */
    public static final String DATA_ROWS = "data.crc32c";

    private static final int BUFFER = 1 << 20;

    /** Under which every checkpoint has its directory. */
    static final String CHECKPOINTS = "checkpoints";

    private final GuardedFileSystem fileSystem;
    private final Path root;

    /** Who writes here; empty: nobody asked to. */
    private final Optional<Lease> lease;

    private RunDirectory(GuardedFileSystem fileSystem, Path root, Optional<Lease> lease) {
        this.fileSystem = fileSystem;
        this.root = root;
        this.lease = lease;
    }

    private static RunDirectory unheld(FileSystem files, Path root) {
        return new RunDirectory(new GuardedFileSystem(files, () -> {}), root, Optional.empty());
    }

    /** {@return what has to be held by whoever changes it} */
    public Lease.Territory territory() {
        return new Lease.Territory(fileSystem, root, "run '" + root.getName() + "'");
    }

    /**
     * The same directory for who holds it: nothing is made, renamed or deleted in it any more once another has taken it over. What those
     * before were writing is removed first, so that a renaming of theirs that is still under way finds nothing; what they had renamed to make
     * room gets its name back.
     *
     * @param holder the lease on it
     * @return the directory, each change of which asks the lease
     * @throws IOException if the file system fails
     */
    public RunDirectory heldBy(Lease holder) throws IOException {
        RunDirectory held = new RunDirectory(fileSystem.guardedBy(holder::require), root, Optional.of(holder));
        // Who made them may have been killed before it could see to that.
        Durable.force(fileSystem, root.getParent());
        Durable.force(fileSystem, root);
        Drafts drafts = new Drafts(held.fileSystem, held.epoch());
        drafts.clear(root);
        Path checkpoints = path(CHECKPOINTS);
        if (fileSystem.exists(checkpoints)) {
            for (FileStatus checkpoint : Listing.of(fileSystem, checkpoints)) {
                if (checkpoint.isDirectory()) {
                    drafts.clear(checkpoint.getPath());
                }
            }
        }
        return held;
    }

    /**
     * {@return a number that rises with each driver that holds the directory; 0 while none does} Whatever is not whole yet has it in its
     * name.
     */
    public long epoch() {
        return lease.map(Lease::epoch).orElse(0L);
    }

    /**
     * Ends whoever has lost the directory without having noticed; costs nothing.
     *
     * @throws convoy.driver.coordination.TrainingFailedException if another has taken it over
     */
    public void requireHeld() {
        lease.ifPresent(Lease::requireNotLost);
    }

    /**
     * Opens the directory {@code name} under {@code runs}; it is made if need be.
     *
     * @param hadoop settings of the file systems
     * @param runs URI of the directory that holds runs
     * @param name of the run
     * @return it, held by nobody yet
     * @throws BadInputException if there is no such file system, or it cannot be reached or written
     */
    public static RunDirectory open(Configuration hadoop, String runs, String name) {
        return open(hadoop, "runs", runs, name);
    }

    /**
     * The same of what is no run but has its directory in the same way.
     *
     * @param hadoop settings of the file systems
     * @param key what says {@code runs}, as messages call it
     * @param runs URI of the directory that holds it
     * @param name of its own directory
     * @return it, held by nobody yet
     */
    public static RunDirectory open(Configuration hadoop, String key, String runs, String name) {
        try {
            Path parent = Storage.path(key, runs);
            FileSystem found = Storage.of(hadoop, key, parent);
            requireFolder(found, key, parent);
            Path root = found.makeQualified(Storage.child(parent, name));
            // Without its checksum files, which nobody expects beside metrics.jsonl; the manifest has checksums of its
            // own.
            FileSystem fileSystem = Durable.raw(found);
            if (!Durable.mkdirs(fileSystem, root)) {
                throw Storage.denied(fileSystem, "run", root, new IOException(root + " cannot be made"))
                        .orElseGet(() -> new BadInputException(key + " = '" + runs + "': " + root
                                + " cannot be made; give a directory that you may write"));
            }
            requireOpen(fileSystem, root);
            return unheld(fileSystem, root);
        } catch (AccessControlException closed) {
            throw Storage.explained(key, Storage.path(key, runs), closed);
        } catch (IOException | IllegalArgumentException failure) {
            throw new BadInputException(
                    key + " = '" + runs + "' cannot be used: " + FirstLine.of(failure)
                            + "; give a directory that is there and may be written, as file:///tmp/runs or hdfs://host:8020/runs",
                    failure);
        }
    }

    /** What cannot be listed would seem to be a run that has not begun: its checkpoints would not be found. */
    private static void requireOpen(FileSystem files, Path root) {
        for (FileStatus inside : list(files, root)) {
            if (inside.getPath().getName().equals(CHECKPOINTS)) {
                for (FileStatus checkpoint : list(files, inside.getPath())) {
                    list(files, checkpoint.getPath());
                }
            }
        }
    }

    private static FileStatus[] list(FileSystem files, Path path) {
        try {
            return Listing.of(files, path);
        } catch (IOException closed) {
            throw Storage.explained(files, "run", path, closed);
        }
    }

    private static void requireFolder(FileSystem files, String key, Path runs) throws IOException {
        try {
            if (files.getFileStatus(runs).isFile()) {
                throw new BadInputException(key + " = '" + Storage.where(files, runs)
                        + "' is a file: name the folder that " + key + " shall lie in");
            }
        } catch (FileNotFoundException notYet) {
            // Unless something above it is in the way, and not another run that has made it in the meantime.
            Optional<String> hindrance = Storage.hindrance(files.getConf(), files.makeQualified(runs));
            if (hindrance.isPresent() && !files.exists(runs)) {
                throw new BadInputException(key + " " + Storage.where(files, runs) + hindrance.orElseThrow(), notYet);
            }
        }
    }

    /**
     * {@return the directory of a run that is there}
     *
     * @param hadoop settings of the file systems
     * @param uri of the directory
     * @throws BadInputException if it is not
     */
    public static RunDirectory existing(Configuration hadoop, String uri) {
        Path root = Storage.path("run", uri);
        FileSystem found = Storage.of(hadoop, "run", root);
        Storage.requireFolder(found, "run", root, "give the directory of a run, as runs/my-run");
        return unheld(Durable.raw(found), found.makeQualified(root));
    }

    /** {@return where it lies, asking the lease, if there is one, before each change} */
    public GuardedFileSystem fileSystem() {
        return fileSystem;
    }

    /** {@return the directory itself} */
    public Path root() {
        return root;
    }

    /**
     * {@return a file or directory directly under the run's}
     *
     * @param name of one segment
     */
    public Path path(String name) {
        return new Path(root, name);
    }

    /**
     * {@return the text of a small file; empty if it is not there}
     *
     * @param file of any size that fits into memory
     */
    public Optional<String> read(Path file) {
        try {
            return Optional.of(FileAccess.read(() -> {
                try (FSDataInputStream in = fileSystem.open(file)) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }));
        } catch (FileNotFoundException unopened) {
            if (isThere(file)) {
                throw Storage.explained(fileSystem, "file", file, unopened);
            }
            return Optional.empty();
        } catch (AccessControlException closed) {
            throw Storage.explained(fileSystem, "file", file, closed);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        }
    }

    private boolean isThere(Path file) {
        try {
            return fileSystem.exists(file);
        } catch (IOException failure) {
            throw Storage.explained(fileSystem, "file", file, failure);
        }
    }

    /**
     * Writes a small file whole: readers see the old text or the new one, never a part.
     *
     * @param file its name from then on
     * @param text of the whole file, written in UTF-8
     */
    public void write(Path file, String text) {
        writeWhole(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

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
     * Writes a file under another name and gives it its own once it is durable.
     *
     * @param file its name from then on
     * @param content called once
     */
    public void writeWhole(Path file, Content content) {
        Path draft = new Path(file.getParent(), "." + file.getName() + "." + epoch() + ".tmp");
        try {
            FileAccess.write(() -> {
                if (!file.getParent().equals(root)) {
                    Durable.makeFolders(fileSystem, file.getParent());
                }
                try (FSDataOutputStream out = fileSystem.create(draft, true)) {
                    content.writeTo(out);
                    Durable.sync(out);
                } catch (IOException | RuntimeException | Error failure) {
                    // A disk that is full needs the room.
                    fileSystem.delete(draft, false);
                    throw failure;
                }
            });
            fileSystem.replace(draft, file);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }

    /**
     * {@return the SHA-256 of a file, in hexadecimal}
     *
     * @param file under the run's directory
     * @throws BadInputException if it is not there
     */
    public String sha256(Path file) {
        MessageDigest digest = Sha256.begin();
        read(file, digest::update);
        return Sha256.digits(digest);
    }

    /**
     * The CRC-32C of a file, as a {@link SnapshotFile} has it.
     *
     * @throws BadInputException if it is not there
     */
    String crc32c(Path file) {
        CRC32C checksum = new CRC32C();
        read(file, checksum::update);
        return SnapshotFile.digits(checksum);
    }

    /** Takes a stretch of an array. */
    private interface Taker {
        void take(byte[] bytes, int from, int length);
    }

    private void read(Path file, Taker taker) {
        try {
            FileAccess.write(() -> {
                try (InputStream in = fileSystem.open(file)) {
                    byte[] buffer = new byte[BUFFER];
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        taker.take(buffer, 0, read);
                    }
                }
            });
        } catch (FileNotFoundException absent) {
            throw Storage.absent(fileSystem, "file", file, "begin the run anew", absent);
        } catch (AccessControlException closed) {
            throw Storage.explained(fileSystem, "file", file, closed);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        }
    }
}
