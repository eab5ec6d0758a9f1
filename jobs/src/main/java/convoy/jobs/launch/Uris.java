package convoy.jobs.launch;

import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small texts on any Hadoop file system. */
public final class Uris {
    private static final int LARGEST = 1 << 20;

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/");

    /** No mapping of YAML begins so. */
    private static final Pattern MARKUP = Pattern.compile("[\\s\\ufeff]*<[!?A-Za-z]");

    /** Hadoop's defaults and the site's, which are a megabyte to read and little to copy. */
    private static final Configuration SITE = new Configuration();

    private Uris() {}

    /** {@return settings by which file systems are reached before there is a Spark application: those that it will have} */
    public static Configuration hadoop() {
        String prefix = "spark.hadoop.";
        // A copy of what was never read would read it again.
        var unused = SITE.size();
        Configuration hadoop = new Configuration(SITE);
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
     * {@return the whole text of a file}
     *
     * @param uri as a person typed it
     * @param hadoop settings of the file systems
     * @throws BadInputException if it cannot be read or is no text file of at most 1 MiB
     */
    public static String read(String uri, Configuration hadoop) {
        Path path = path(uri);
        FileSystem files = Storage.of(hadoop, "run file", path);
        FileStatus status = Storage.requireFile(files, "run file", path, "check the path and its scheme");
        if (status.getLen() > LARGEST) {
            throw new BadInputException("run file " + uri + " has " + Counts.plain(status.getLen(), "byte")
                    + "; a run file has at most " + LARGEST + ": check the path");
        }
        try (FSDataInputStream in = files.open(path)) {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            if (MARKUP.matcher(text).lookingAt()) {
                throw new BadInputException("run file " + uri
                        + " is a web page (HTML or XML), as a download that failed leaves it: download the file itself,"
                        + " not the page that shows it");
            }
            return text;
        } catch (CharacterCodingException binary) {
            throw new BadInputException(
                    "run file " + uri + " is no text in UTF-8: give a YAML file, as docs/run-file.md describes it",
                    binary);
        } catch (IOException unreadable) {
            throw Storage.explained(files, "run file", path, unreadable);
        }
    }

    /**
     * {@return what {@link #read reads} further files with the same settings}
     *
     * @param hadoop settings of the file systems
     */
    public static UnaryOperator<String> reader(Configuration hadoop) {
        return uri -> read(uri, hadoop);
    }

    /**
     * Looks whether a run lies there.
     *
     * @param uri as a person typed it
     * @param hadoop settings of the file systems
     * @throws BadInputException if nothing does, it may not be read, or it is no folder
     */
    public static void requireRun(String uri, Configuration hadoop) {
        Path path = path(uri);
        Storage.requireFolder(
                Storage.of(hadoop, "run", path), "run", path, "give the directory of a run, as runs/my-run");
    }

    /**
     * {@return whether there is a file or directory}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or directory
     */
    public static boolean exists(Configuration hadoop, String uri) {
        Path path = Storage.path("address", uri);
        FileSystem files = Storage.of(hadoop, "address", path);
        try {
            return files.exists(path);
        } catch (IOException unreadable) {
            throw Storage.explained(files, "address", path, unreadable);
        }
    }

    /**
     * {@return the URI of what a person typed: without a scheme of a file of this machine if there is one, as a shell sees it}
     *
     * @param uri as a person typed it
     */
    public static String local(String uri) {
        return Storage.uri(path(uri));
    }

    /** The path of a URI that a person typed: without a scheme a file of this machine if there is one, as a shell sees it. */
    private static Path path(String uri) {
        if (!SCHEME.matcher(uri).lookingAt()) {
            java.nio.file.Path here;
            try {
                here = java.nio.file.Path.of(uri).toAbsolutePath();
            } catch (InvalidPathException malformed) {
                throw new BadInputException(uri + " is no path: " + malformed.getReason(), malformed);
            }
            if (Files.exists(here)) {
                return new Path("file", "", here.toString());
            }
        }
        return Storage.path("address", uri);
    }
}
