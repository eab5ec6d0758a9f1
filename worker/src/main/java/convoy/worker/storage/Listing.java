package convoy.worker.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What lies in folders. Hadoop's local file system reads a folder's names, asks for each by itself, and leaves out those of which it is
 * told nothing: a folder that may be read and not be looked into ({@code chmod a-x}) seems to be empty.
 */
public final class Listing {
    private Listing() {}

    /**
     * {@return all that lies in a folder}
     *
     * @param files the file system of the folder
     * @param folder its address
     * @throws java.io.FileNotFoundException if it is not there
     * @throws AccessDeniedException if it is one of this machine, and nothing is told of some that lies there
     * @throws IOException if the file system fails
     */
    public static FileStatus[] of(FileSystem files, Path folder) throws IOException {
        if (!isLocal(files)) {
            return files.listStatus(folder);
        }
        java.nio.file.Path here =
                java.nio.file.Path.of(files.makeQualified(folder).toUri().getPath());
        // Read first: what comes later is there for Hadoop too.
        Set<String> names = Files.isDirectory(here) ? names(here) : new HashSet<>();
        FileStatus[] told = files.listStatus(folder);
        Arrays.stream(told).forEach(status -> names.remove(status.getPath().getName()));
        for (String name : names) {
            if (!ChecksumFileSystem.isChecksumFile(new Path("/", new Path(null, null, name)))
                    && isThere(here.resolve(name))) {
                throw new AccessDeniedException(here.toString());
            }
        }
        return told;
    }

    /**
     * {@return whether it is this machine's}
     *
     * @param files any
     */
    public static boolean isLocal(FileSystem files) {
        return "file".equals(files.getUri().getScheme());
    }

    private static Set<String> names(java.nio.file.Path folder) throws IOException {
        try (Stream<java.nio.file.Path> all = Files.list(folder)) {
            List<String> names = all.map(path -> path.getFileName().toString()).toList();
            return new HashSet<>(names);
        }
    }

    /** Whether it is not gone since; of a link that leads nowhere nothing is. */
    private static boolean isThere(java.nio.file.Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (AccessDeniedException closed) {
            return true;
        } catch (FileSystemException gone) {
            return false;
        }
    }
}
