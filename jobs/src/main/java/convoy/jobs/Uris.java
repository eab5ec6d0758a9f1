package convoy.jobs;

import convoy.architectures.BadInputException;
import convoy.driver.ForklessLocalFileSystem;
import convoy.worker.data.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small texts on any Hadoop file system. */
final class Uris {
    private static final int LARGEST = 1 << 20;

    private Uris() {}

    /** How file systems are reached before there is a Spark application: with the settings that it will have. */
    static Configuration hadoop() {
        String prefix = "spark.hadoop.";
        Configuration hadoop = new Configuration();
        System.getProperties().stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key -> hadoop.set(key.substring(prefix.length()), System.getProperty(key, "")));
        // A host that refuses is a slip in a URI here: ten tries a second apart would only keep the answer back.
        hadoop.setInt("ipc.client.connect.max.retries", 1);
        // Before anything else does.
        ForklessLocalFileSystem.install(hadoop);
        return hadoop;
    }

    /**
     * The whole text of a file.
     *
     * @throws BadInputException if it cannot be read or is no text file of at most 1 MiB
     */
    static String read(String uri, Configuration hadoop) {
        Path path = path(uri);
        try {
            FileSystem files = path.getFileSystem(hadoop);
            FileStatus status = files.getFileStatus(path);
            if (status.isDirectory()) {
                throw new BadInputException(uri + " is a directory; give a run file");
            }
            long length = status.getLen();
            if (length > LARGEST) {
                throw new BadInputException(
                        uri + " has " + length + " bytes; a run file has at most " + LARGEST + ": check the path");
            }
            try (FSDataInputStream in = files.open(path)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (FileNotFoundException missing) {
            throw new BadInputException(
                    uri + Storage.hindrance(hadoop, path).orElse(": no such file; check the path and its scheme"),
                    missing);
        } catch (IOException unreadable) {
            throw new BadInputException(uri + " cannot be read: " + firstLine(unreadable), unreadable);
        }
    }

    /** Whether there is a file or directory. */
    static boolean exists(Configuration hadoop, String uri) {
        Path path = new Path(uri);
        try {
            return path.getFileSystem(hadoop).exists(path);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot look at " + uri, unreadable);
        }
    }

    /** The URI of what a person typed. */
    static String local(String uri) {
        return path(uri).toString();
    }

    /** The path of a URI that a person typed: without a scheme a file of this machine if there is one, as a shell sees it. */
    private static Path path(String uri) {
        try {
            // First, since a name with a colon, as of a time of day, looks like a URI with a scheme.
            java.nio.file.Path here = java.nio.file.Path.of(uri).toAbsolutePath();
            return !uri.contains("://") && Files.exists(here) ? new Path(here.toUri()) : new Path(uri);
        } catch (IllegalArgumentException malformed) {
            throw new BadInputException(uri + " is no URI: " + firstLine(malformed), malformed);
        }
    }

    private static String firstLine(Exception thrown) {
        return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    }
}
