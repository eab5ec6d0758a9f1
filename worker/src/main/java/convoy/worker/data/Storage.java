package convoy.worker.data;

import convoy.architectures.BadInputException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/** Reaches Hadoop file systems, and says in one line what is wrong with an address that leads nowhere. */
public final class Storage {
    private Storage() {}

    /**
     * The path that a URI names.
     *
     * @param what it is the address of, for the message
     * @throws BadInputException if it is none
     */
    public static Path path(String what, String uri) {
        try {
            return new Path(uri);
        } catch (IllegalArgumentException e) {
            // Such as a time of day: its colon makes it look like a URI.
            if (!uri.contains("://") && new File(uri).exists()) {
                return new Path(null, null, uri);
            }
            throw new BadInputException(
                    what + " " + uri + " is no address (" + e.getMessage()
                            + "): write a path or a URI such as hdfs://host:8020/path",
                    e);
        }
    }

    /** What lies under a name in a directory. Hadoop's own constructor takes what comes before a colon in the name for a scheme. */
    public static Path child(Path directory, String name) {
        return new Path(directory, new Path(null, null, name));
    }

    /**
     * The file system of a path.
     *
     * @param what it is the address of, for the message
     * @throws BadInputException if there is none at that address
     */
    public static FileSystem of(Configuration hadoop, String what, Path path) {
        try {
            return path.getFileSystem(hadoop);
        } catch (IOException e) {
            throw explained(what, path, e);
        } catch (IllegalArgumentException e) {
            // HDFS wraps what it says of the host; others dislike the URI itself.
            if (e.getCause() instanceof UnknownHostException cause) {
                throw explained(what, path, cause);
            }
            throw new BadInputException(
                    what + " " + path + " cannot be reached (" + e.getMessage() + "): check the address", e);
        }
    }

    /**
     * Why a file of this machine cannot be read that Hadoop says is not found: Java says so of every file that does not open.
     *
     * @param path as it was given to Hadoop
     * @return to follow the name of the file; empty if it is indeed not there, or of another file system
     */
    public static Optional<String> hindrance(Configuration hadoop, Path path) {
        String scheme = path.toUri().getScheme();
        if (!"file".equals(scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme)) {
            return Optional.empty();
        }
        java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath()).toAbsolutePath();
        for (java.nio.file.Path at = file; at != null; at = at.getParent()) {
            try {
                boolean folder =
                        Files.readAttributes(at, BasicFileAttributes.class).isDirectory();
                if (!at.equals(file) && !folder) {
                    return Optional.of(" lies below " + at + ", which is a file: check the address");
                }
                if (at.equals(file) && folder && Files.isReadable(at)) {
                    return Optional.of(" is a folder: name a file");
                }
                return Files.isReadable(at) || !at.equals(file)
                        ? Optional.empty()
                        : Optional.of(" may not be read by " + System.getProperty("user.name")
                                + ": ask its owner, or chmod it");
            } catch (AccessDeniedException denied) {
                return Optional.of(" may not be looked at by " + System.getProperty("user.name")
                        + ": a folder above it keeps it closed; ask its owner, or chmod it");
            } catch (FileSystemException absent) {
                // Perhaps what is above it is no folder.
            } catch (IOException other) {
                return Optional.of(" cannot be looked at: " + other.getMessage());
            }
        }
        return Optional.empty();
    }

    /**
     * What to throw for a failure: one clear line where the address is at fault, and the failure itself where the file
     * system is.
     *
     * @param what lies at the address
     * @param path the address
     * @param failure as it was caught
     */
    public static RuntimeException explained(String what, Path path, IOException failure) {
        if (failure instanceof UnknownHostException) {
            return new BadInputException(
                    what + " " + path + ": no host is called " + path.toUri().getHost() + "; check the address",
                    failure);
        }
        if (failure instanceof ConnectException) {
            return new BadInputException(
                    what + " " + path + ": nobody answers at " + path.toUri().getAuthority()
                            + "; check the address, and that the file system runs",
                    failure);
        }
        if (failure instanceof UnsupportedFileSystemException) {
            return new BadInputException(
                    what + " " + path + ": Hadoop knows no file system \""
                            + path.toUri().getScheme() + "\"; check the address, or add the file system's jar",
                    failure);
        }
        if (failure instanceof AccessControlException || failure instanceof AccessDeniedException) {
            return new BadInputException(
                    what + " " + path + ": permission denied; check who may read and write there", failure);
        }
        if (failure instanceof FileNotFoundException) {
            Optional<String> hindrance = hindrance(new Configuration(false), path);
            if (hindrance.isPresent()) {
                return new BadInputException(what + " " + path + hindrance.get(), failure);
            }
            return new BadInputException(what + " " + path + " does not exist: check the address", failure);
        }
        return new UncheckedIOException(what + " " + path + ": " + failure.getMessage(), failure);
    }
}
