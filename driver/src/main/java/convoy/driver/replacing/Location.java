package convoy.driver.replacing;

import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a URI really leads: symbolic links are followed, also those above what is not there yet, and whatever else can be
 * spelt in several ways (a relative path, {@code ..}, no scheme or one in capitals, HDFS with and without its authority or its
 * port) is spelt in one.
 *
 * @param given as a person wrote it, for messages
 * @param files without checksum files of its own, so that every file is seen
 * @param path on it
 */
public record Location(String given, FileSystem files, Path path) {
    /** Names by which the same store goes. */
    private static final Map<String, String> FAMILIES =
            Map.of("s3", "s3a", "s3n", "s3a", "wasbs", "wasb", "abfss", "abfs", "webhdfs", "hdfs", "swebhdfs", "hdfs");

    /** How two places lie to each other. */
    public enum Relation {
        /** Neither holds the other. */
        APART,
        /** They are one. */
        SAME,
        /** The first holds the second. */
        ABOVE,
        /** The second holds the first. */
        BELOW
    }

    /**
     * Resolves a URI, whether anything lies there or not.
     *
     * @param hadoop settings of the file systems
     * @param what it is the address of, for messages
     * @param uri as a person wrote it
     * @return where it leads
     * @throws BadInputException if it leads nowhere at all
     */
    public static Location of(Configuration hadoop, String what, String uri) {
        Path path = Storage.path(what, uri);
        FileSystem found = Storage.of(hadoop, what, path);
        Path qualified = found.makeQualified(path);
        try {
            if (found instanceof LocalFileSystem local) {
                java.nio.file.Path real = real(local(qualified));
                return new Location(uri, local.getRawFileSystem(), new Path("file", "", real.toString()));
            }
            Path real = real(found, qualified);
            return new Location(uri, real.getFileSystem(hadoop), real);
        } catch (AccessDeniedException e) {
            throw new BadInputException(
                    what + " " + uri + ": permission denied at " + e.getFile() + "; check who may read there", e);
        } catch (InvalidPathException e) {
            throw new BadInputException(
                    what + " " + uri + " is no name that this locale can express: set LC_ALL=C.UTF-8", e);
        } catch (IOException e) {
            throw Storage.explained(found, what, qualified, e);
        }
    }

    /**
     * {@return the same file system's path of another name beside this one}
     *
     * @param name of one segment
     */
    public Location beside(String name) {
        return new Location(name, files, Storage.child(path.getParent(), name));
    }

    /** Whether files of this machine are meant. */
    boolean isLocal() {
        return isLocal(path);
    }

    static boolean isLocal(Path path) {
        return "file".equals(path.toUri().getScheme());
    }

    /** As the rest of Java names it. */
    static java.nio.file.Path local(Path path) {
        return java.nio.file.Path.of(path.toUri().getPath());
    }

    /** A symbolic link to something that is not there. */
    boolean leadsNowhere() {
        return isLocal() && Files.isSymbolicLink(local(path)) && !Files.exists(local(path));
    }

    /**
     * {@return how this place lies to another}
     *
     * @param other of any file system
     */
    public Relation relation(Location other) {
        if (!sameStore(other)) {
            return Relation.APART;
        }
        boolean holds = holds(other);
        boolean held = other.holds(this);
        if (holds) {
            return held ? Relation.SAME : Relation.ABOVE;
        }
        return held ? Relation.BELOW : Relation.APART;
    }

    private boolean holds(Location other) {
        String mine = path.toUri().getPath();
        for (Path at = other.path; at != null; at = at.getParent()) {
            if (at.toUri().getPath().equals(mine)
                    || (isLocal() && other.isLocal() && sameFile(local(at), local(path)))) {
                return true;
            }
        }
        return false;
    }

    /** By device and number: another mount of the same directory, or other capitals where they do not count. */
    private static boolean sameFile(java.nio.file.Path one, java.nio.file.Path other) {
        try {
            return Files.exists(one, LinkOption.NOFOLLOW_LINKS)
                    && Files.exists(other, LinkOption.NOFOLLOW_LINKS)
                    && Files.isSameFile(one, other);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + one + " and " + other, e);
        }
    }

    private boolean sameStore(Location other) {
        String mine = scheme(path);
        String others = scheme(other.path);
        if (!family(mine).equals(family(others))) {
            return false;
        }
        if (isLocal()) {
            return true;
        }
        // The protocols of HDFS have ports of their own.
        return (mine.equals(others) || !family(mine).equals("hdfs"))
                ? service().equals(other.service())
                : host(path).equals(host(other.path));
    }

    /** Address and port, or whatever tells one store from another. */
    private String service() {
        if (family(scheme(path)).equals("hdfs")) {
            try {
                Optional<String> service = Optional.ofNullable(files.getCanonicalServiceName());
                if (service.isPresent()) {
                    return service.get();
                }
            } catch (IllegalArgumentException unknownHost) {
                // Then its name has to do.
            }
        }
        return String.valueOf(path.toUri().getAuthority()).toLowerCase(Locale.ROOT);
    }

    private static String host(Path path) {
        return String.valueOf(path.toUri().getHost()).toLowerCase(Locale.ROOT);
    }

    private static String scheme(Path path) {
        return String.valueOf(path.toUri().getScheme()).toLowerCase(Locale.ROOT);
    }

    private static String family(String scheme) {
        return FAMILIES.getOrDefault(scheme, scheme);
    }

    private static java.nio.file.Path real(java.nio.file.Path path) throws IOException {
        Deque<java.nio.file.Path> missing = new ArrayDeque<>();
        java.nio.file.Path at = path;
        while (true) {
            try {
                java.nio.file.Path real = at.toRealPath();
                while (!missing.isEmpty()) {
                    real = real.resolve(missing.pop());
                }
                return real;
            } catch (NoSuchFileException e) {
                java.nio.file.Path name = at.getFileName();
                java.nio.file.Path parent = at.getParent();
                if (name == null || parent == null) {
                    throw e;
                }
                missing.push(name);
                at = parent;
            }
        }
    }

    private static Path real(FileSystem files, Path path) throws IOException {
        Deque<String> missing = new ArrayDeque<>();
        Path at = path;
        while (true) {
            try {
                Path real = at.getParent() == null ? at : files.resolvePath(at);
                while (!missing.isEmpty()) {
                    // Not as a relative path, in which a colon would end a scheme.
                    java.net.URI uri = real.toUri();
                    real = new Path(uri.getScheme(), uri.getAuthority(), uri.getPath() + "/" + missing.pop());
                }
                return real;
            } catch (FileNotFoundException e) {
                missing.push(at.getName());
                at = at.getParent();
            }
        }
    }

    @Override
    public String toString() {
        return given.equals(path.toString()) || given.equals(path.toUri().getPath())
                ? given
                : given + " (" + path + ")";
    }
}
