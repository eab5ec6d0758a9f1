package convoy.worker.storage;

import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.jspecify.annotations.Nullable;

/** Reaches Hadoop file systems, and says in one line what is wrong with an address that leads nowhere. */
public final class Storage {
    private Storage() {}

    /**
     * {@return the path that a URI names} Behind a scheme, {@code %20} and its like are decoded, as in any URI; without
     * one, a path is taken as it is written, as in a shell.
     *
     * @param what it is the address of, for the message
     * @param uri as it was written
     * @throws BadInputException if it is none
     */
    public static Path path(String what, String uri) {
        try {
            if (uri.equals("~") || uri.startsWith("~/")) {
                throw new IllegalArgumentException("~ is the home directory in a shell alone");
            }
            return new Path(Escapes.decoded(uri));
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

    /**
     * {@return what lies under a name in a directory} Hadoop's own constructor takes what comes before a colon in the
     * name for a scheme.
     *
     * @param directory any
     * @param name of one file or folder, with any character but a slash
     */
    public static Path child(Path directory, String name) {
        return new Path(directory, new Path(null, null, name));
    }

    /**
     * {@return the URI that {@link #path} reads as this path}
     *
     * @param path the address
     */
    public static String uri(Path path) {
        boolean isRead = path.toUri().getScheme() == null || path.toString().indexOf('%') < 0;
        return isRead ? path.toString() : path.toUri().toString();
    }

    /**
     * {@return a path for a message: where it was typed without saying which file system, or from where on, all of it
     * follows}
     *
     * @param files the file system of the path
     * @param path the address
     */
    public static String where(FileSystem files, Path path) {
        Path whole = files.makeQualified(path);
        boolean said = path.toUri().getScheme() != null
                || (path.isAbsolute() && isLocal(whole.toUri().getScheme()));
        return said ? path.toString() : path + " (" + whole + ")";
    }

    private static boolean isLocal(@Nullable String scheme) {
        return "file".equals(scheme);
    }

    /**
     * {@return the file system of a path}
     *
     * @param hadoop how to reach the file system
     * @param what it is the address of, for the message
     * @param path the address
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
        } catch (RuntimeException e) {
            if (e.getCause() instanceof ClassNotFoundException missing) {
                throw new BadInputException(
                        what + " " + path + " needs " + missing.getMessage()
                                + ", which is not on the class path: add the jar of that file system, as with --packages",
                        e);
            }
            throw e;
        }
    }

    /**
     * Looks at a file that is about to be read.
     *
     * @param files the file system of the path
     * @param what it is, for the message
     * @param path the address
     * @param advice what to do if it is not there
     * @return what the file system says of it
     * @throws BadInputException if it is not there, may not be looked at, is a folder, or is empty
     */
    public static FileStatus requireFile(FileSystem files, String what, Path path, String advice) {
        FileStatus status;
        try {
            status = files.getFileStatus(path);
        } catch (FileNotFoundException e) {
            throw absent(files, what, path, advice, e);
        } catch (IOException e) {
            throw explained(files, what, path, e);
        }
        if (status.isDirectory()) {
            throw new BadInputException(what + " " + where(files, path) + " is a folder: name a file");
        }
        if (status.getLen() == 0) {
            throw new BadInputException(what + " " + where(files, path)
                    + " is empty: it was not written to its end; make or copy it again");
        }
        return status;
    }

    /**
     * Looks at a folder that is about to be read.
     *
     * @param files the file system of the path
     * @param what what lies at the address, for the message
     * @param path the address
     * @param advice what to do if it is not there
     * @return what the file system says of all that is in it
     * @throws BadInputException if it is not there, may not be read, is a file, or is empty
     */
    public static FileStatus[] requireFolder(FileSystem files, String what, Path path, String advice) {
        try {
            if (files.getFileStatus(path).isFile()) {
                throw new BadInputException(what + " " + where(files, path) + " is a file: name a folder");
            }
            FileStatus[] inside = Listing.of(files, path);
            if (inside.length == 0) {
                throw new BadInputException(what + " " + where(files, path) + " is an empty folder: " + advice);
            }
            return inside;
        } catch (FileNotFoundException e) {
            throw absent(files, what, path, advice, e);
        } catch (IOException e) {
            throw explained(files, what, path, e);
        }
    }

    /**
     * {@return what to throw for what is not found: Java says so of every file of this machine that does not open}
     *
     * @param files the file system of the path
     * @param what what lies at the address, for the message
     * @param path the address
     * @param advice what to do if it is not there
     * @param failure as it was caught
     */
    public static BadInputException absent(
            FileSystem files, String what, Path path, String advice, FileNotFoundException failure) {
        String reason = obstacle(files.getConf(), files.makeQualified(path))
                // The folder is there: something in it is not, or does not open.
                .map(obstacle -> obstacle instanceof Obstacle.Folder
                        ? " cannot be read: " + FileAccess.reason(failure)
                        : obstacle.text())
                .orElse(" does not exist: " + advice);
        return new BadInputException(what + " " + where(files, path) + reason, failure);
    }

    /**
     * Why a file of this machine cannot be read that Hadoop says is not found: Java says so of every file that does not
     * open.
     *
     * @param hadoop how to reach the file system
     * @param path as it was given to Hadoop
     * @return to follow the name of the file; empty if it is indeed not there, or of another file system
     */
    public static Optional<String> hindrance(Configuration hadoop, Path path) {
        return obstacle(hadoop, path).map(Obstacle::text);
    }

    private static Optional<Obstacle> obstacle(Configuration hadoop, Path path) {
        String scheme = path.toUri().getScheme();
        return isLocal(scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme)
                ? Obstacle.before(java.nio.file.Path.of(path.toUri().getPath()))
                : Optional.empty();
    }

    /**
     * {@return what to throw for a failure: one clear line where the address is at fault, and the failure itself where
     * the file system is}
     *
     * @param files that failed
     * @param what lies at the address
     * @param path the address
     * @param failure as it was caught
     */
    public static RuntimeException explained(FileSystem files, String what, Path path, IOException failure) {
        if (failure instanceof FileNotFoundException absent) {
            return absent(files, what, path, "check the address", absent);
        }
        // A folder that may not be listed is a plain failure to Hadoop's local file system.
        return obstacle(files.getConf(), files.makeQualified(path))
                .filter(obstacle -> obstacle instanceof Obstacle.Closed || obstacle instanceof Obstacle.KeptClosed)
                .<RuntimeException>map(
                        closed -> new BadInputException(what + " " + where(files, path) + closed.text(), failure))
                .orElseGet(() -> explained(what, path, failure));
    }

    /**
     * {@return what to throw for what could not be written or made: one clear line where one may not, and else what
     * {@link #explained} gives}
     *
     * @param files that failed
     * @param what what lies at the address, for the message
     * @param path that was to be written; it need not be there
     * @param failure as it was caught
     */
    public static RuntimeException unwritten(FileSystem files, String what, Path path, IOException failure) {
        return denied(files, what, path, failure)
                .<RuntimeException>map(denied -> denied)
                .orElseGet(() -> explained(files, what, path, failure));
    }

    /**
     * {@return what to tell whoever may not write there; empty if the failure is of another kind}
     *
     * @param files that failed
     * @param what what lies at the address, for the message
     * @param path that was to be written; it need not be there
     * @param failure as it was caught
     */
    public static Optional<BadInputException> denied(FileSystem files, String what, Path path, Throwable failure) {
        Path whole = files.makeQualified(path);
        Optional<String> reason = isLocal(whole.toUri().getScheme())
                ? Obstacle.beforeWriting(java.nio.file.Path.of(whole.toUri().getPath()))
                        .map(Obstacle::text)
                : Optional.empty();
        return reason.or(() -> isDenied(failure)
                        ? Optional.of(" may not be written by " + HomeDirectory.user()
                                + ": permission denied; ask its owner, or name another place")
                        : Optional.empty())
                .map(text -> new BadInputException(what + " " + where(files, path) + text, failure));
    }

    private static boolean isDenied(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof AccessControlException
                    || at instanceof AccessDeniedException
                    || at instanceof ReadOnlyFileSystemException) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the same where there is no file system, or the path says all}
     *
     * @param what what lies at the address, for the message
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
                    what + " " + path + ": nobody answers"
                            + (path.toUri().getAuthority() == null
                                    ? ""
                                    : " at " + path.toUri().getAuthority())
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
                    what + " " + path + " may not be read or written by " + HomeDirectory.user()
                            + ": permission denied; ask its owner",
                    failure);
        }
        if (failure instanceof FileNotFoundException) {
            Optional<String> hindrance = hindrance(new Configuration(false), path);
            return new BadInputException(
                    what + " " + path + hindrance.orElse(" does not exist: check the address"), failure);
        }
        return new UncheckedIOException(what + " " + path + ": " + failure.getMessage(), failure);
    }
}
