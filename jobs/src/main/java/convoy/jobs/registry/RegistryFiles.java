package convoy.jobs.registry;

import convoy.driver.lease.GuardedFileSystem;
import convoy.jobs.registry.history.Stamp;
import convoy.parameterserver.files.Durable;
import convoy.parameterserver.files.FileAccess;
import convoy.records.text.Sha256;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a registry.
 *
 * <pre>
 *  history/00000007-00000003.json        entry 7, written under epoch 3
 *  history/.00000007-00000003.json.tmp   an entry on its way
 *  versions/00000002-00000003/           version 2, added under epoch 3
 *  .lease/                               who may change it
 * </pre>
 *
 * <p>Each name has the epoch of whoever gives it, so that nobody gives one twice.
 */
final class RegistryFiles {
    static final String HISTORY = "history";
    static final String VERSIONS = "versions";
    private static final String JSON = ".json";
    private static final int BUFFER = 1 << 20;
    private static final Pattern DRAFT = Pattern.compile("\\.([0-9]{8,18}-[0-9]{8,18})\\.json\\.tmp");

    private final GuardedFileSystem files;
    private final Path root;

    private RegistryFiles(GuardedFileSystem files, Path root) {
        this.files = files;
        this.root = root;
    }

    /**
     * Those of a directory that need not be there; they may be read, and changed by whoever guards them.
     *
     * @throws convoy.records.BadInputException if there is no such file system, or the address is a file's
     */
    static RegistryFiles at(Configuration hadoop, String uri) {
        Path path = Storage.path("registry", uri);
        FileSystem found = Storage.of(hadoop, "registry", path);
        // Without checksum files beside those that are told apart by their names.
        FileSystem raw = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
        return new RegistryFiles(new GuardedFileSystem(raw, () -> {}), found.makeQualified(path));
    }

    RegistryFiles guardedBy(GuardedFileSystem.Guard guard) {
        return new RegistryFiles(files.guardedBy(guard), root);
    }

    FileSystem fileSystem() {
        return files;
    }

    Path root() {
        return root;
    }

    String uri() {
        return Storage.uri(root);
    }

    Configuration hadoop() {
        return files.getConf();
    }

    Path entry(Stamp stamp) {
        return new Path(history(), stamp.text() + JSON);
    }

    Path version(Stamp stamp) {
        return new Path(new Path(root, VERSIONS), stamp.text());
    }

    private Path history() {
        return new Path(root, HISTORY);
    }

    /** All entries that have their names, whole or not. */
    NavigableSet<Stamp> entries() {
        NavigableSet<Stamp> found = new TreeSet<>();
        for (FileStatus file : list(history())) {
            String name = file.getPath().getName();
            if (name.endsWith(JSON)) {
                Stamp.parse(name.substring(0, name.length() - JSON.length())).ifPresent(found::add);
            }
        }
        return found;
    }

    /** All folders of versions, whether these were ever added or not. */
    NavigableSet<Stamp> versions() {
        NavigableSet<Stamp> found = new TreeSet<>();
        for (FileStatus folder : list(new Path(root, VERSIONS))) {
            Stamp.parse(folder.getPath().getName()).ifPresent(found::add);
        }
        return found;
    }

    /** Removes the drafts of earlier holders, so that a renaming of theirs that is still under way finds nothing. */
    void removeDrafts(long epoch) {
        for (FileStatus file : list(history())) {
            Matcher draft = DRAFT.matcher(file.getPath().getName());
            if (draft.matches()
                    && Stamp.parse(draft.group(1))
                            .filter(of -> of.epoch() < epoch)
                            .isPresent()) {
                delete(file.getPath(), false);
            }
        }
    }

    /** What lies in a folder; nothing if it is not there. */
    List<FileStatus> list(Path folder) {
        try {
            return List.of(Listing.of(files, folder));
        } catch (FileNotFoundException none) {
            return List.of();
        } catch (IOException failure) {
            throw Storage.explained(files, "registry", folder, failure);
        }
    }

    /** The text of a small file; empty if it is not there. */
    Optional<String> read(Path file) {
        try {
            return Optional.of(FileAccess.read(() -> {
                try (FSDataInputStream in = files.open(file)) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }));
        } catch (FileNotFoundException absent) {
            if (Storage.hindrance(hadoop(), file).isPresent()) {
                throw Storage.explained(files, "registry", file, absent);
            }
            return Optional.empty();
        } catch (IOException failure) {
            throw Storage.explained(files, "registry", file, failure);
        }
    }

    /** Writes a small file under another name, and gives it its own once it is durable; nobody ever gave that name to another. */
    void writeWhole(Path file, String text) {
        Path draft = new Path(file.getParent(), "." + file.getName() + ".tmp");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            FileAccess.write(() -> {
                try (FSDataOutputStream out = files.create(draft, true)) {
                    out.write(bytes);
                    Durable.sync(out);
                }
                files.replace(draft, file);
            });
        } catch (IOException failure) {
            throw unwritten(file, failure);
        }
    }

    /** Copies what is to become a file of a version, which is not seen before the version is added. */
    Version.StoredFile copy(Content content, Path to) {
        MessageDigest digest = Sha256.begin();
        long[] length = new long[1];
        try {
            FileAccess.write(() -> {
                Durable.makeFolders(files, to.getParent());
                try (InputStream in = content.open();
                        FSDataOutputStream out = files.create(to, true)) {
                    byte[] buffer = new byte[BUFFER];
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        out.write(buffer, 0, read);
                        digest.update(buffer, 0, read);
                        length[0] += read;
                    }
                    Durable.sync(out);
                }
            });
        } catch (IOException failure) {
            throw unwritten(to, failure);
        }
        return new Version.StoredFile(length[0], Sha256.digits(digest));
    }

    /** Length and digest of a file; empty if it is not there. */
    Optional<Version.StoredFile> look(Path file) {
        MessageDigest digest = Sha256.begin();
        long length = 0;
        try (FSDataInputStream in = files.open(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                length += read;
            }
        } catch (FileNotFoundException absent) {
            return Optional.empty();
        } catch (IOException failure) {
            throw Storage.explained(files, "registry", file, failure);
        }
        return Optional.of(new Version.StoredFile(length, Sha256.digits(digest)));
    }

    void makeDurable(Path folder) {
        try {
            Durable.force(files, folder);
        } catch (IOException failure) {
            throw unwritten(folder, failure);
        }
    }

    void delete(Path path, boolean withAllBelow) {
        try {
            files.delete(path, withAllBelow);
        } catch (IOException failure) {
            throw unwritten(path, failure);
        }
    }

    /** Names of the files in a version's folder. */
    List<String> names(Path folder) {
        List<String> names = new ArrayList<>();
        list(folder).forEach(file -> names.add(file.getPath().getName()));
        return names;
    }

    private RuntimeException unwritten(Path path, IOException failure) {
        return Storage.denied(files, "registry", path, failure)
                .<RuntimeException>map(denied -> denied)
                .orElseGet(() -> new UncheckedIOException("cannot write " + path, failure));
    }
}
